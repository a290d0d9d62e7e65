#!/usr/bin/env bash
# Measures Engine against both peers, row by row, in paired runs on random weights of known shapes:
#   bench/full-run.sh NAME LLAMA-BENCH IK-LLAMA-BENCH [ROW...]
# Adds the figures to bench/results/NAME.csv (rows that are there are not measured again) and writes the table bench/results/NAME.md.
# Without ROW: all. BENCH_WRAP is a command that runs each measurement, such as one that waits for a quiet machine. Engine is held to
# AVX2, which the peers must be built for, unless ENGINE_ISA is set. Files of up to 4.4 GB come and go in BENCH_TEMP (or /tmp).
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1 llama=$2 ik=$3
shift 3
csv=bench/results/$name.csv md=bench/results/$name.md
export ENGINE_ISA=${ENGINE_ISA:-avx2}
if [ "$ENGINE_ISA" = avx2 ]; then export DOTNET_EnableAVX512=0; fi
threads=${BENCH_THREADS:-$(nproc)}
engine=tools/Engine.Cli/bin/Release/net10.0/engine
[ -x "$engine" ] || dotnet build tools/Engine.Cli -c Release -v q

# ROW SHAPE TYPE PURE P N D KV ROUNDS
rows() {
    for type in F16 Q8_0 Q6_K Q4_K_M Q4_0 Q2_K; do echo "135M-$type smollm2-135m $type - 512 128 0 f16 5"; done
    for type in Q4_0 Q4_K_M Q8_0; do echo "1.1B-$type tinyllama-1.1b $type - 256 32 0 f16 3"; done
    echo "135M-Q4_0-deep smollm2-135m Q4_0 - 256 64 4096 q8_0 1"
    for type in F32 F16 BF16 Q4_0 Q4_1 Q5_0 Q5_1 Q8_0 Q2_K Q3_K Q4_K Q5_K Q6_K IQ4_NL IQ4_XS MXFP4; do
        echo "pure-$type tinyllama-1.1b $type --pure 256 32 0 f16 3"
    done
    for type in IQ1_S IQ1_M IQ2_XXS IQ2_XS IQ2_S IQ3_XXS IQ3_S TQ1_0 TQ2_0 Q1_0 Q2_0 NVFP4; do
        echo "pure-$type tinyllama-1.1b $type --pure 256 32 0 f16 2"
    done
}

measure() {
    local row=$1 shape=$2 type=$3 pure=$4 p=$5 n=$6 d=$7 kv=$8 rounds=$9 file out cache
    file=${BENCH_TEMP:-/tmp}/engine-bench-$row.gguf
    out=$(mktemp)
    [ "$pure" = - ] && pure=
    cache=; [ "$kv" = f16 ] || cache="-ctk $kv -ctv $kv"
    "$engine" bench --shape "$shape" --type "$type" $pure --write "$file" -p 1 -n 0 -r 1 > /dev/null
    if ${BENCH_WRAP:-} "$engine" bench "$file" -p "$p" -n "$n" -d "$d" -t "$threads" $cache -r "$rounds" -o csv \
        --against "$llama" --peer-args "" --against "$ik" --peer-args "-rtr 1" > "$out"; then
        [ -s "$csv" ] || sed -n '1s/^/row,date,isa,/p' "$out" > "$csv"
        sed -n "2,\$s/^/\"$row\",\"$(date -u +%F)\",\"$ENGINE_ISA\",/p" "$out" >> "$csv"
    else
        echo "$row: failed" >&2
    fi
    rm -f "$file" "$out"
}

# One line per row and test: the peers side by side, the ratio to the better one with its spread.
table() {
    echo "Tokens per second in paired runs, medians; the ratio is the one to the better peer, with the lowest and highest of its pairs."
    echo "Commands: \`bench/full-run.sh\`. Raw figures: $name.csv."
    echo
    awk -F'","' '
        { gsub(/^"|"$/, "") }
        NR == 1 { n = split($0, head, ","); for (i = 1; i <= n; i++) at[head[i]] = i; next }
        NR == 2 { printf "%s, %s threads, %s, engine %s\n\n", $at["cpu_info"], $at["n_threads"], $at["isa"], $at["build"]
                  print "| row | test | Engine | llama.cpp | ik_llama.cpp | ratio | spread | weights GB/s | limit GB/s | date |"
                  print "|---|---|---:|---:|---:|---:|---:|---:|---:|---|" }
        {
            test = ($at["n_prompt"] > 0 ? "pp" $at["n_prompt"] : "tg" $at["n_gen"]) ($at["n_depth"] > 0 ? " @ d" $at["n_depth"] : "")
            key = $at["row"] SUBSEP test
            if (!(key in ours)) { order[++count] = key; ratio[key] = 1e9 }
            ours[key] = $at["engine_ts"]; day[key] = $at["date"]; read[key] = $at["read_gbs"]; limit[key] = $at["read_limit_gbs"]
            if ($at["peer"] ~ /^ik/) second[key] = $at["peer_ts"]; else first[key] = $at["peer_ts"]
            if ($at["ratio"] != "NaN" && $at["ratio"] + 0 < ratio[key]) {
                ratio[key] = $at["ratio"] + 0; spread[key] = sprintf("%.2f to %.2f", $at["ratio_min"], $at["ratio_max"])
            }
        }
        function cell(value, digits) { return value == "" || value == "NaN" ? "-" : sprintf("%." digits "f", value) }
        END {
            for (i = 1; i <= count; i++) {
                key = order[i]; split(key, part, SUBSEP)
                printf "| %s | %s | %s | %s | %s | %s | %s | %s | %s | %s |\n", part[1], part[2], cell(ours[key], 1), cell(first[key], 1),
                    cell(second[key], 1), cell(ratio[key] < 1e9 ? ratio[key] : "", 2), spread[key], cell(read[key], 1), cell(limit[key], 1), day[key]
            }
        }' "$csv"
}

while read -r row rest; do
    if [ $# -gt 0 ] && [[ ! " $* " == *" $row "* ]]; then continue; fi
    if [ -s "$csv" ] && grep -q "^\"$row\"," "$csv"; then continue; fi
    echo "== $row" >&2
    measure "$row" $rest < /dev/null
done < <(rows)
if [ -s "$csv" ]; then table > "$md"; fi
