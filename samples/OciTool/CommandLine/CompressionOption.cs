using System.CommandLine;
using Oci.Image.Compression;

namespace OciTool.CommandLine;

/// <summary><c>--compression</c>: how layers that are made are compressed.</summary>
internal sealed class CompressionOption : Option<string?>
{
    public CompressionOption()
        : base("--compression")
    {
        Description = "gzip, zstd or none (default: gzip)";
        HelpName = "FORMAT";
        this.AcceptOnlyFromAmong("gzip", "zstd", "none");
    }

    public CompressionCodec? ToCodec(Invocation call) => call.Get(this) switch
    {
        "none" => null,
        "zstd" => new ZstdCodec(),
        _ => new GzipCodec(),
    };
}
