// Makes steps.json and models.json: what Hugging Face's library `tokenizers` does with small tokenizer.json files of every kind.
// usage: npm i @anush008/tokenizers@0.6.0 (tokenizers 0.22.2 built for node) somewhere, and there: node .../make.js
const fs = require("fs"), path = require("path");
const { Tokenizer } = require(require.resolve("@anush008/tokenizers", { paths: [process.cwd()] }));

const TEXTS = [
  "", " ", "a", "Hello, World!", "  two  spaces ", "don't 'S we'LL 1,234.5", "a\tb\r\n\nc\u000bd\u0085e\u00a0f\u3000g\u2028h", "x_y-z (1) [2] {3} <4> $5 + 6^7|8",
  "café CAFE\u0301 A\u030a\u0327b ÅŁ ĲSSEL ß İıſ ΟΔΟΣ", "①² ﬁ ＡＢ½ ㌀ ℌ㋿", "한글 각 \u1100\u1161\u11a8", "नमस्ते স্কি ำ สวัสดี", "中文 abc東京 ひらガナ ー", "😀👩🏽‍🚒 🇨🇭 1️⃣ 𝐀𐐀 🤣",
  "\ufeffa\u200bb\u00adc\ufffd\u0001\u007f", "a\u0301\u0302\u0323 \u0344 \u0f43", "▁x ▁▁y Ġz", "«q» “r” ‘s’ — … ¿t? \u2e3a\u060c\u0964\u166d", "ab12cd345٣٤५", "mixedCASE Word_2 x\u200dy Ⓐ",
];

const BYTES = (() => { // GPT-2's byte alphabet
  const out = []; let n = 0;
  for (let b = 0; b < 256; b++) out.push(String.fromCodePoint((b >= 33 && b <= 126) || (b >= 161 && b != 173) ? b : 256 + n++));
  return out;
})();
const vocab = tokens => Object.fromEntries(tokens.map((t, i) => [t, i]));
const added = (id, content, o) => ({ id, content, single_word: false, lstrip: false, rstrip: false, normalized: false, special: true, ...o });
const file = o => ({ version: "1.0", truncation: null, padding: null, added_tokens: [], normalizer: null, pre_tokenizer: null, post_processor: null, decoder: null, ...o });

// One step at a time: every byte is a token, another one where it begins a word, so tokens tell where words begin.
const probe = file({ model: { type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: "##", end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false,
  vocab: vocab([...BYTES, ...BYTES.map(b => "##" + b)]), merges: [] } });
const bytes = { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: false };
const bert = o => ({ type: "BertNormalizer", clean_text: false, handle_chinese_chars: false, strip_accents: false, lowercase: false, ...o });
const NORMALIZERS = [
  bert({ clean_text: true }), bert({ handle_chinese_chars: true }), bert({ strip_accents: true }), bert({ lowercase: true, strip_accents: null }), bert({ clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }),
  { type: "NFC" }, { type: "NFD" }, { type: "NFKC" }, { type: "NFKD" }, { type: "Lowercase" }, { type: "Nmt" }, { type: "StripAccents" },
  { type: "Strip", strip_left: true, strip_right: false }, { type: "Strip", strip_left: false, strip_right: true }, { type: "Prepend", prepend: "▁" }, { type: "ByteLevel" },
  { type: "Replace", pattern: { String: "a" }, content: "[A]" }, { type: "Replace", pattern: { Regex: "\\s+" }, content: " " }, { type: "Replace", pattern: { Regex: "[^\\p{L}\\s]+?(?=\\s|$)" }, content: "" },
  { type: "Sequence", normalizers: [{ type: "NFD" }, { type: "StripAccents" }, { type: "Lowercase" }, { type: "Strip", strip_left: true, strip_right: true }] }, { type: "Sequence", normalizers: [] },
  { type: "Precompiled", precompiled_charsmap: "MAP" },
];
// SentencePiece's character map: a double array over the bytes of the keys, and the replacements.
const charsMap = entries => {
  const root = { next: new Map() }, units = new Uint32Array(512), taken = new Set([0]), bases = new Set(), texts = [];
  let length = 0;
  for (const [key, text] of entries) {
    let node = root;
    for (const b of Buffer.from(key)) { if (!node.next.has(b)) node.next.set(b, { next: new Map() }); node = node.next.get(b); }
    node.value = length; texts.push(Buffer.from(text + "\0")); length += texts[texts.length - 1].length;
  }
  const place = (node, at) => {
    const labels = [...(node.value === undefined ? [] : [0]), ...node.next.keys()];
    let base = 1;
    while (bases.has(base) || labels.some(c => taken.has(base ^ c))) base++;
    bases.add(base);
    units[at] |= (at ^ base) << 10;
    for (const c of labels) { taken.add(base ^ c); units[base ^ c] = c; }
    if (node.value !== undefined) { units[at] |= 1 << 8; units[base] = (node.value | 1 << 31) >>> 0; }
    for (const [c, child] of node.next) place(child, base ^ c);
  };
  place(root, 0);
  const size = Buffer.alloc(4); size.writeUInt32LE(units.byteLength);
  return Buffer.concat([size, Buffer.from(units.buffer), ...texts]).toString("base64");
};
NORMALIZERS[NORMALIZERS.length - 1].precompiled_charsmap = charsMap([["A", "a"], ["é", "e"], ["e", "E"], ["e\u0301", "X"], ["①", "1"], ["ﬁ", "fi"], ["\u3000", " "], ["Å", ""], ["👩", "W"], ["각", "g"], ["ᄀ", "G"]]);
const split = (pattern, behavior, invert) => ({ type: "Split", pattern, behavior, invert: !!invert });
const PRE_TOKENIZERS = [
  { type: "BertPreTokenizer" }, { type: "Whitespace" }, { type: "WhitespaceSplit" }, { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true }, { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true },
  { type: "Digits", individual_digits: true }, { type: "Digits", individual_digits: false }, { type: "CharDelimiterSplit", delimiter: "_" }, { type: "FixedLength", length: 3 },
  ...["Removed", "Isolated", "MergedWithPrevious", "MergedWithNext", "Contiguous"].flatMap(b => [{ type: "Punctuation", behavior: b }, split({ Regex: "\\s" }, b), split({ Regex: "\\p{L}+" }, b, true), split({ String: "a" }, b)]),
  ...["always", "first", "never"].flatMap(s => [true, false].map(x => ({ type: "Metaspace", replacement: "▁", prepend_scheme: s, split: x }))),
  split({ Regex: "(?=\\d)" }, "Isolated"),  split({ Regex: "(?<!\\p{L})\\p{Lu}\\p{Ll}*?|\\d+?\\w|\\x{4e00}-?" }, "Isolated"), split({ Regex: "(?<=[a-z])(?=[A-Z])|\\b" }, "Isolated"),
  split({ Regex: "[^\\r\\n\\p{L}\\p{N}]?[\\p{Lu}\\p{Lt}\\p{Lm}\\p{Lo}\\p{M}]*[\\p{Ll}\\p{Lm}\\p{Lo}\\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n/]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+" }, "Isolated"),
  { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true }] },
  { type: "Sequence", pretokenizers: [{ type: "Punctuation", behavior: "Isolated" }, { type: "Metaspace", replacement: "▁", prepend_scheme: "first", split: true }, { type: "Digits", individual_digits: true }] },
];

// Whole tokenizers.
const words = ["the", "quick", "brown", "fox", "jump", "##s", "##ed", "over", "lazy", "dog", "##gy", "un", "##able", "##aff", "."];
const merges = ["h e", "l l", "he ll", "hell o", "Ġ w", "Ġw o", "r l", "Ġwo rl", "Ġworl d", "Ġ Ġ"];
const chars = [..."abcdefghijklmnopqrstuvwxyzABCDEFG.,!?'-0123456789"];
const template = (single, pair, tokens) => ({ type: "TemplateProcessing", single, pair, special_tokens: Object.fromEntries(tokens.map(([t, ...ids]) => [t, { id: t, ids, tokens: ids.map(() => t) }])) });
const S = (id, type_id) => ({ Sequence: { id, type_id } }), X = (id, type_id) => ({ SpecialToken: { id, type_id } });
const bpe = o => ({ type: "BPE", dropout: null, unk_token: null, continuing_subword_prefix: null, end_of_word_suffix: null, fuse_unk: false, byte_fallback: false, ignore_merges: false, ...o });
const gpt2 = [...BYTES, ...merges.map(m => m.replace(" ", "")), "<s>", "</s>", "<mask>"];
const metaspace = { type: "Metaspace", replacement: "▁", prepend_scheme: "always", split: true };
const hexBytes = [...Array(256).keys()].map(b => "<0x" + b.toString(16).toUpperCase().padStart(2, "0") + ">");
const llama = ["<unk>", "<s>", "</s>", ...hexBytes, "▁", ..."helowrd", "▁h", "he", "ll", "hell", "hello", "▁hello", "▁w", "or", "▁wor", "▁▁"];
const llamaMerges = [["▁", "h"], ["h", "e"], ["l", "l"], ["he", "ll"], ["hell", "o"], ["▁", "hello"], ["▁", "w"], ["o", "r"], ["▁w", "or"], ["▁", "▁"]];
const pieces = [["<unk>", 0], ["<s>", 0], ["▁", -2.5], ["a", -3], ["b", -3.25], ["c", -4], ["ab", -4], ["bc", -4.5], ["▁a", -3.5], ["▁abc", -6], ["aa", -5], ["▁b", -5.5], ["x", -7.125]];
const MODELS = {
  "roberta": file({ model: bpe({ vocab: vocab(gpt2), merges }), pre_tokenizer: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true }, decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    post_processor: { type: "RobertaProcessing", sep: ["</s>", gpt2.indexOf("</s>")], cls: ["<s>", gpt2.indexOf("<s>")], trim_offsets: true, add_prefix_space: true },
    added_tokens: [added(gpt2.indexOf("<s>"), "<s>"), added(gpt2.indexOf("</s>"), "</s>"), added(gpt2.indexOf("<mask>"), "<mask>", { lstrip: true }), added(gpt2.length, "<r>", { rstrip: true, special: false }), added(gpt2.length + 1, "word", { single_word: true, special: false, normalized: true })],
    truncation: { direction: "Right", max_length: 9, strategy: "LongestFirst", stride: 0 }, padding: { strategy: "BatchLongest", direction: "Left", pad_to_multiple_of: 4, pad_id: 1, pad_type_id: 0, pad_token: "x" } }),
  "gpt2-merge-pairs": file({ model: bpe({ vocab: vocab(gpt2), merges: merges.map(m => m.split(" ")), ignore_merges: true }), pre_tokenizer: { type: "ByteLevel", add_prefix_space: false, trim_offsets: true, use_regex: true }, decoder: { type: "ByteLevel", add_prefix_space: true, trim_offsets: true, use_regex: true },
    post_processor: { type: "Sequence", processors: [{ type: "ByteLevel", add_prefix_space: true, trim_offsets: false, use_regex: true }, template([X("<s>", 0), S("A", 0)], [X("<s>", 0), S("A", 0), X("<s>", 1), S("B", 1)], [["<s>", gpt2.indexOf("<s>")]])] } }),
  "llama": file({ model: bpe({ unk_token: "<unk>", fuse_unk: true, byte_fallback: true, vocab: vocab(llama), merges: llamaMerges }), normalizer: { type: "Sequence", normalizers: [{ type: "Prepend", prepend: "▁" }, { type: "Replace", pattern: { String: " " }, content: "▁" }] },
    decoder: { type: "Sequence", decoders: [{ type: "Replace", pattern: { String: "▁" }, content: " " }, { type: "ByteFallback" }, { type: "Fuse" }, { type: "Strip", content: " ", start: 1, stop: 0 }] },
    post_processor: template([X("<s>", 0), S("A", 0), X("</s>", 0)], [X("<s>", 0), S("A", 0), X("<s>", 1), S("B", 1)], [["<s>", 1], ["</s>", 2]]), added_tokens: [added(0, "<unk>"), added(1, "<s>"), added(2, "</s>")] }),
  "llama-unknown": file({ model: bpe({ unk_token: "<unk>", vocab: vocab(llama.filter(t => !t.startsWith("<0x"))), merges: llamaMerges }), pre_tokenizer: { ...metaspace, prepend_scheme: "first", split: false }, decoder: metaspace, added_tokens: [added(0, "<unk>"), added(1, "<s>", { normalized: true })] }),
  "clip": file({ model: bpe({ unk_token: "<|end|>", end_of_word_suffix: "</w>", fuse_unk: false, vocab: vocab([...chars, ...chars.map(c => c + "</w>"), "he", "ll", "hell", "hello</w>", "lo</w>", "<|start|>", "<|end|>"]), merges: ["h e", "l l", "l o</w>", "he ll", "hell o</w>"] }),
    normalizer: { type: "Sequence", normalizers: [{ type: "NFC" }, { type: "Replace", pattern: { Regex: "\\s+" }, content: " " }, { type: "Lowercase" }] }, pre_tokenizer: split({ Regex: "<\\|start\\|>|<\\|end\\|>|'s|'t|'re|'ve|'m|'ll|'d|[\\p{L}]+|[\\p{N}]|[^\\s\\p{L}\\p{N}]+" }, "Removed", true),
    decoder: { type: "BPEDecoder", suffix: "</w>" } }),
  "wordpiece": file({ model: { type: "WordPiece", unk_token: "[UNK]", continuing_subword_prefix: "##", max_input_chars_per_word: 12, vocab: vocab(["[PAD]", "[UNK]", "[CLS]", "[SEP]", ...words, ...chars]) }, normalizer: bert({ clean_text: true, handle_chinese_chars: true, strip_accents: null, lowercase: true }), pre_tokenizer: { type: "BertPreTokenizer" },
    post_processor: { type: "BertProcessing", sep: ["[SEP]", 3], cls: ["[CLS]", 2] }, decoder: { type: "WordPiece", prefix: "##", cleanup: true }, added_tokens: ["[PAD]", "[UNK]", "[CLS]", "[SEP]"].map((t, i) => added(i, t)),
    truncation: { direction: "Left", max_length: 8, strategy: "OnlyFirst", stride: 0 }, padding: { strategy: { Fixed: 10 }, direction: "Right", pad_to_multiple_of: null, pad_id: 0, pad_type_id: 0, pad_token: "[PAD]" } }),
  "wordlevel": file({ model: { type: "WordLevel", unk_token: "[UNK]", vocab: vocab(["[UNK]", ...words, "1", "2", "Hello"]) }, pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "Whitespace" }, { type: "Digits", individual_digits: true }] }, added_tokens: [added(19, "New York", { special: false, normalized: true }), added(20, "new", { special: false, single_word: true, lstrip: true, rstrip: true })] }),
  "unigram": file({ model: { type: "Unigram", unk_id: 0, vocab: pieces, byte_fallback: false }, normalizer: { type: "Sequence", normalizers: [{ type: "Nmt" }, { type: "NFKC" }, { type: "Replace", pattern: { Regex: " {2,}" }, content: " " }] }, pre_tokenizer: metaspace, decoder: metaspace,
    post_processor: template([S("A", 0), X("<s>", 0)], [S("A", 0), X("<s>", 0), S("B", 0), X("<s>", 0)], [["<s>", 1]]), added_tokens: [added(0, "<unk>"), added(1, "<s>")] }),
  "unigram-bytes": file({ model: { type: "Unigram", unk_id: 0, vocab: [...pieces, ...hexBytes.map(b => [b, -20])], byte_fallback: true }, pre_tokenizer: { type: "Sequence", pretokenizers: [{ type: "WhitespaceSplit" }, metaspace] },
    decoder: { type: "Sequence", decoders: [{ type: "ByteFallback" }, metaspace] }, added_tokens: [added(0, "<unk>")] }),
  "ctc": file({ model: { type: "WordLevel", unk_token: "<pad>", vocab: vocab(["<pad>", "|", ..."helo "]) }, pre_tokenizer: split({ Regex: "" }, "Isolated"), decoder: { type: "CTC", pad_token: "<pad>", word_delimiter_token: "|", cleanup: true } }),
};
const INPUTS = ["", " ", "hello world", "  hello   hello", "Hello, quick fox jumps over the lazy doggy.", "unaffable unable un", "<s> hello</s>word words <mask>  <mask>x <r>  y sword word", "abc aabbc  abcabc x", "<unk>xyz<s>", "é ☃ 日本 ½", "New York new newt NEW york  new  x", "the 12 . 3", "jumpedjumpedjumped dog", "don't do not , ' s ."];
const PAIRS = [["hello world", "hello"], ["", "x"], ["abc abc abc abc abc", "the quick brown fox over the dog"]];
const ODD_IDS = [[5, 5, 6, 7, 0, 5], [3, 231, 152, 4, 200], [1, 2, 3], [7, 8, 9, 10, 11, 12, 13]];

(async () => {
  const steps = [];
  for (const [name, kinds] of [["normalizer", NORMALIZERS], ["pre_tokenizer", PRE_TOKENIZERS]]) for (const kind of kinds) {
    const isBytes = kind.type == "ByteLevel";
    const json = { ...probe, normalizer: name == "normalizer" ? kind : null, pre_tokenizer: name == "pre_tokenizer" ? (isBytes ? kind : { type: "Sequence", pretokenizers: [kind, bytes] }) : isBytes ? null : bytes };
    const t = Tokenizer.fromString(JSON.stringify(json)), out = [];
    for (const text of TEXTS) {
      const words = [];
      for (const id of (await t.encode(text)).getIds()) { if (id < 256) words.push([]); words[words.length - 1].push(id % 256); }
      out.push(words.map(w => Buffer.from(w).toString("utf8")));
    }
    steps.push({ normalizer: json.normalizer, pre_tokenizer: json.pre_tokenizer, words: out });
  }
  const lines = a => "[\n" + a.map(x => JSON.stringify(x)).join(",\n") + "\n]";
  fs.writeFileSync(path.join(__dirname, "steps.json"), `{"texts":${JSON.stringify(TEXTS)},\n"model":${JSON.stringify(probe.model)},\n"steps":${lines(steps)}}\n`);
  const models = [];
  for (const [name, tokenizer] of Object.entries(MODELS)) {
    const t = Tokenizer.fromString(JSON.stringify(tokenizer)), p = Tokenizer.fromString(JSON.stringify({ ...tokenizer, padding: null, truncation: null }));
    const attempt = async f => { try { return await f(); } catch { return null; } };
    const vectors = [], pairs = [], decode = [];
    for (const text of INPUTS) vectors.push({ text, ids: (await p.encode(text, null, { addSpecialTokens: false })).getIds(), with_special: (await p.encode(text)).getIds() });
    for (const [text, pair] of PAIRS) {
      const e = await attempt(() => t.encode(text, pair));
      pairs.push({ text, pair, ids: e && e.getIds(), type_ids: e && e.getTypeIds(), attention_mask: e && e.getAttentionMask() });
    }
    const size = p.getVocabSize();
    for (const ids of [...vectors.map(v => v.with_special), ...ODD_IDS.filter(ids => ids.every(id => id < size))]) if (ids.length) for (const skip_special of [true, false]) decode.push({ ids, skip_special, text: await p.decode(ids, skip_special) });
    models.push(`{"name":"${name}",\n"tokenizer":${JSON.stringify(tokenizer)},\n"vectors":${lines(vectors)},\n"pairs":${lines(pairs)},\n"decode":${lines(decode)}}`);
  }
  fs.writeFileSync(path.join(__dirname, "models.json"), `[\n${models.join(",\n")}\n]\n`);
})();
