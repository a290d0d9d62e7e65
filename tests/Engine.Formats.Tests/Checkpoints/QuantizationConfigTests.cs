using System.Text.Json;
using Engine.Formats.Checkpoints.Configs;
using Xunit;

namespace Engine.Formats.Tests.Checkpoints;

public class QuantizationConfigTests
{
    [Theory]
    [InlineData("""{}""", "quant_method")]
    [InlineData("""{"quant_method":"exl2"}""", "quant_method")]
    [InlineData("""{"quant_method":5}""", "quant_method")]
    [InlineData("""{"quant_method":"gptq","group_size":128}""", "bits")]
    [InlineData("""{"quant_method":"gptq","bits":5,"group_size":128}""", "bits")]
    [InlineData("""{"quant_method":"gptq","bits":4.5,"group_size":128}""", "bits")]
    [InlineData("""{"quant_method":"gptq","bits":"4","group_size":128}""", "bits")]
    [InlineData("""{"quant_method":"gptq","bits":4}""", "group_size")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":0}""", "group_size")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":-2}""", "group_size")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"checkpoint_format":"gptq_v3"}""", "checkpoint_format")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"is_marlin_format":true}""", "is_marlin_format")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{"(":{}}}""", "dynamic")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":[]}""", "dynamic")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{"a":{"bits":9}}}""", "dynamic.a.bits")]
    [InlineData("""{"quant_method":"awq","group_size":128}""", "bits")]
    [InlineData("""{"quant_method":"awq","bits":3,"group_size":128}""", "bits")]
    [InlineData("""{"quant_method":"awq","bits":4,"group_size":128,"version":"marlin"}""", "version")]
    [InlineData("""{"quant_method":"bitsandbytes"}""", "load_in_4bit")]
    [InlineData("""{"quant_method":"bitsandbytes","load_in_4bit":true,"load_in_8bit":true}""", "load_in_4bit")]
    [InlineData("""{"quant_method":"compressed-tensors"}""", "config_groups")]
    [InlineData("""{"quant_method":"compressed-tensors","config_groups":{}}""", "config_groups")]
    [InlineData("""{"quant_method":"compressed-tensors","config_groups":{"g":{"weights":{"num_bits":4}}}}""", "config_groups.g.format")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"marlin-24","config_groups":{"g":{"weights":{"num_bits":4}}}}""", "config_groups.g.format")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"g":{"weights":{"num_bits":9}}}}""", "config_groups.g.weights.num_bits")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"g":{"weights":{"num_bits":8,"type":"float"}}}}""", "config_groups.g.weights.num_bits")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"g":{"weights":{"num_bits":4,"type":"complex"}}}}""", "config_groups.g.weights.type")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"g":{"weights":{"num_bits":4,"strategy":"head"}}}}""", "config_groups.g.weights.strategy")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"g":{"weights":{"num_bits":4,"strategy":"group"}}}}""", "config_groups.g.weights.group_size")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"float-quantized","config_groups":{"g":{"weights":{"num_bits":8,"type":"float","strategy":"block"}}}}""", "config_groups.g.weights.block_structure")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{"g":{}}}""", "config_groups.g.weights")]
    [InlineData("""{"quant_method":"compressed-tensors","format":"pack-quantized","ignore":["re:["],"config_groups":{"g":{"weights":{"num_bits":4}}}}""", "ignore")]
    [InlineData("""{"quant_method":"compressed-tensors","sparsity_config":{"format":"sparse-bitmask"},"config_groups":{"g":{}}}""", "sparsity_config.format")]
    [InlineData("""{"quant_method":"fp8","weight_block_size":[128]}""", "weight_block_size")]
    [InlineData("""{"quant_method":"fp8","weight_block_size":[128,0]}""", "weight_block_size")]
    [InlineData("""{"quant_method":"fp8","weight_block_size":["128",128]}""", "weight_block_size")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"meta":{"quantizer":"\ud800"}}""", "meta.quantizer")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{"\ud800":{}}}""", "dynamic")]
    [InlineData("""{"quant_method":"fp8","fmt":"e5m2"}""", "fmt")]
    [InlineData("""{"quant_method":"fp8","activation_scheme":"later"}""", "activation_scheme")]
    [InlineData("""{"quant_method":"modelopt"}""", "quant_algo")]
    [InlineData("""{"quant_method":"modelopt","quant_algo":"W4A8_AWQ"}""", "quant_algo")]
    [InlineData("""{"quant_method":"hqq","quant_config":{"weight_quant_params":{"nbits":9}}}""", "quant_config.weight_quant_params.nbits")]
    public void What_is_wrong_is_named_by_its_key(string json, string key)
    {
        var error = Assert.Throws<ModelFormatException>(() => Read(json));
        Assert.Equal(("dir/config.json", $"quantization_config.{key}"), (error.File, error.Item));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("7")]
    public void A_value_that_is_no_object_is_refused(string json) =>
        Assert.Equal("quantization_config", Assert.Throws<ModelFormatException>(() => Read(json)).Item);

    [Fact]
    public void Files_of_older_tools_do_not_name_their_method()
    {
        var gptq = Assert.IsType<GptqConfig>(Read("""{"bits":4,"group_size":128,"damp_percent":0.01,"desc_act":false,"sym":true}"""));
        Assert.Equal(new GptqSettings(4, 128, true, false), gptq.Settings);
        Assert.True(gptq.ZerosLessOne);
        var awq = Assert.IsType<AwqConfig>(Read("""{"zero_point":true,"q_group_size":64,"w_bit":4,"version":"GEMV"}"""));
        Assert.Equal((64, AwqVersion.Gemv), (awq.GroupSize, awq.Version));
        Assert.IsType<BitsAndBytesConfig>(Read("""{"load_in_8bit":true}"""));
        Assert.IsType<ModelOptConfig>(Read("""{"producer":{"name":"modelopt"},"quantization":{"quant_algo":"NVFP4"}}"""));
    }

    [Theory]
    [InlineData("""{"quant_method":"awq","bits":4,"group_size":128,"version":"exllama"}""", AwqVersion.Gemm)]
    [InlineData("""{"quant_method":"awq","bits":4,"group_size":128}""", AwqVersion.Gemm)]
    [InlineData("""{"quant_method":"awq","bits":4,"group_size":128,"version":"gemv_fast"}""", AwqVersion.Interleaved)]
    [InlineData("""{"quant_method":"awq","bits":4,"group_size":128,"version":"gemv","backend":"llm-awq"}""", AwqVersion.Interleaved)]
    public void Awq_versions_are_orders_of_codes(string json, AwqVersion version) =>
        Assert.Equal(version, Assert.IsType<AwqConfig>(Read(json)).Version);

    [Fact]
    public void A_dynamic_rule_changes_what_it_names_and_the_first_counts()
    {
        var config = Assert.IsType<GptqConfig>(Read("""
            {"quant_method":"gptq","bits":4,"group_size":128,"sym":false,"dynamic":{
              "-:.*\\.0\\..*":{}, "+:.*down_proj":{"bits":8}, ".*\\.1\\..*":{"group_size":32,"sym":true}}}
            """));
        Assert.Null(config.SettingsOf("layers.0.down_proj"));
        Assert.Equal(new GptqSettings(8, 128, false, false), config.SettingsOf("layers.1.down_proj"));
        Assert.Equal(new GptqSettings(4, 32, true, false), config.SettingsOf("layers.1.up_proj"));
        Assert.Equal(config.Settings, config.SettingsOf("layers.2.up_proj"));
    }

    [Fact]
    public void A_pattern_without_end_is_an_error_and_no_hang()
    {
        var config = Assert.IsType<GptqConfig>(
            Read("""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{"((x+)(x+))+\\3y":{}}}"""));
        var error = Assert.Throws<ModelFormatException>(() => config.SettingsOf(new string('x', 60)));
        Assert.Contains("takes longer", error.Found, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"\ud800uant_method":"gptq"}""")]
    [InlineData("""{"quant_method":"gptq","bits":4,"group_size":128,"\ud800sc_actxx":1}""")]
    public void A_key_with_half_a_character_is_refused(string json) =>
        Assert.Equal("quantization_config", Assert.Throws<ModelFormatException>(() => Read(json)).Item);

    [Fact]
    public void A_pattern_of_a_file_of_its_own_is_named_by_its_key_there()
    {
        using JsonDocument document = JsonDocument.Parse("""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{"(":{}}}""");
        var error = Assert.Throws<ModelFormatException>(() => QuantizationConfigReader.Read("quantize_config.json", "", document.RootElement));
        Assert.Equal("dynamic", error.Item);
    }

    [Fact]
    public void Patterns_may_not_take_long_together()
    {
        var config = Assert.IsType<GptqConfig>(
            Read("""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{"((x+)(x+))+\\3y":{}}}"""));
        Assert.NotNull(config.SettingsOf("quick"));
        string slow = new('x', 200);
        for (int i = 0; i < 6; i++) Assert.Throws<ModelFormatException>(() => config.SettingsOf(slow));
        var error = Assert.Throws<ModelFormatException>(() => config.SettingsOf("quick"));
        Assert.Contains("together", error.Found, StringComparison.Ordinal);
    }

    [Fact]
    public void A_million_patterns_are_refused()
    {
        string rules = string.Join(',', Enumerable.Range(0, 10_001).Select(i => $"\"a{i}\":{{}}"));
        var error = Assert.Throws<ModelFormatException>(
            () => Read($$$"""{"quant_method":"gptq","bits":4,"group_size":128,"dynamic":{{{{rules}}}}}"""));
        Assert.Equal("quantization_config.dynamic", error.Item);
    }

    [Fact]
    public void A_million_groups_are_refused()
    {
        string groups = string.Join(',', Enumerable.Range(0, 1001).Select(i => $"\"g{i}\":{{\"weights\":{{\"num_bits\":4}}}}"));
        var error = Assert.Throws<ModelFormatException>(() => Read(
            $$$"""{"quant_method":"compressed-tensors","format":"pack-quantized","config_groups":{{{{groups}}}}}"""));
        Assert.Equal("quantization_config.config_groups", error.Item);
    }

    private static QuantizationConfig Read(string json)
    {
        using JsonDocument document = JsonDocument.Parse(json);
        return QuantizationConfigReader.Read("dir/config.json", "quantization_config", document.RootElement.Clone());
    }
}
