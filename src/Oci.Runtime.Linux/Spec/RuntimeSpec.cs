using System.Text.Json;
using System.Text.Json.Serialization;

namespace Oci.Runtime.Linux.Spec;

/// <summary>A container's configuration, the <c>config.json</c> of a bundle (runtime-spec 1.3, config.md).</summary>
/// <remarks>
/// Members keep the spec's names; an absent one is null and is not written. Edit with <c>with</c>. The parts of
/// other systems are kept as JSON. Check with <see cref="RuntimeSpecValidator"/> before use.
/// </remarks>
public sealed record RuntimeSpec
{
    /// <summary>The version of the spec that documents made here follow.</summary>
    public const string CurrentVersion = "1.3.0";

    /// <summary>The largest document that <see cref="Parse"/> reads: 16 MiB.</summary>
    public const int MaxDocumentSize = 16 * 1024 * 1024;

    /// <summary>The version of the spec that the document follows, as <c>1.3.0</c>.</summary>
    [JsonPropertyName("ociVersion")]
    public required string OciVersion { get; init; }

    /// <summary>The process; needed at start.</summary>
    [JsonPropertyName("process")]
    public ProcessSpec? Process { get; init; }

    /// <summary>The root filesystem; needed on Linux.</summary>
    [JsonPropertyName("root")]
    public RootSpec? Root { get; init; }

    /// <summary>The hostname inside; needs a uts namespace.</summary>
    [JsonPropertyName("hostname")]
    public string? Hostname { get; init; }

    /// <summary>The NIS domain name inside; needs a uts namespace.</summary>
    [JsonPropertyName("domainname")]
    public string? Domainname { get; init; }

    /// <summary>Mounts beyond the root, made in this order.</summary>
    [JsonPropertyName("mounts")]
    public IReadOnlyList<MountSpec>? Mounts { get; init; }

    /// <summary>Programs run at points of the container's life.</summary>
    [JsonPropertyName("hooks")]
    public HooksSpec? Hooks { get; init; }

    /// <summary>Arbitrary metadata.</summary>
    [JsonPropertyName("annotations")]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    /// <summary>What only Linux knows.</summary>
    [JsonPropertyName("linux")]
    public LinuxSpec? Linux { get; init; }

    /// <summary>The Solaris part, as it was read (config-solaris.md).</summary>
    [JsonPropertyName("solaris")]
    public JsonElement? Solaris { get; init; }

    /// <summary>The Windows part, as it was read (config-windows.md).</summary>
    [JsonPropertyName("windows")]
    public JsonElement? Windows { get; init; }

    /// <summary>The virtual machine part, as it was read (config-vm.md).</summary>
    [JsonPropertyName("vm")]
    public JsonElement? Vm { get; init; }

    /// <summary>The z/OS part, as it was read (config-zos.md).</summary>
    [JsonPropertyName("zos")]
    public JsonElement? Zos { get; init; }

    /// <summary>The FreeBSD part, as it was read (config-freebsd.md).</summary>
    [JsonPropertyName("freebsd")]
    public JsonElement? FreeBsd { get; init; }

    /// <summary>Members that this version does not know, kept for writing.</summary>
    [JsonExtensionData]
    public IDictionary<string, JsonElement>? ExtensionData { get; set; }

    /// <summary>Reads a configuration. What its values mean is not checked here: see <see cref="RuntimeSpecValidator"/>.</summary>
    /// <param name="utf8">The document, at most <see cref="MaxDocumentSize"/> bytes.</param>
    /// <exception cref="InvalidSpecException">It is no JSON, has duplicate members, lacks one or has one of a wrong type;
    /// all of that is listed at once.</exception>
    public static RuntimeSpec Parse(ReadOnlyMemory<byte> utf8) =>
        SpecJson.Parse(utf8, SpecJsonContext.Default.RuntimeSpec, "config.json");

    /// <summary>Writes the configuration as indented JSON in the spec's order; unknown members come last.</summary>
    public byte[] ToUtf8Bytes() => JsonSerializer.SerializeToUtf8Bytes(this, SpecJson.Indented.RuntimeSpec);
}
