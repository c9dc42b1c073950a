using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>What a caller adds to an image's own configuration, and what it is built on.</summary>
public sealed class ImageSpecOptions
{
    /// <summary>What the image says nothing about. Default: <see cref="DefaultSpec.Create"/>.</summary>
    public RuntimeSpec? Base { get; set; }

    /// <summary>The arguments, in place of the image's <c>Cmd</c>; the entrypoint stays. Default: the image's.</summary>
    public IReadOnlyList<string>? Args { get; set; }

    /// <summary>What is always run, in place of the image's <c>Entrypoint</c>; then the image's <c>Cmd</c> is left out too. Default: the image's.</summary>
    public IReadOnlyList<string>? Entrypoint { get; set; }

    /// <summary>Variables as <c>NAME=VALUE</c>, in place of those of the same name. Default: none.</summary>
    public IReadOnlyList<string>? Env { get; set; }

    /// <summary>The user, in the spelling of the image's <c>User</c>. Default: the image's.</summary>
    public string? User { get; set; }

    /// <summary>The working directory. Default: the image's, or <c>/</c>.</summary>
    public string? WorkingDirectory { get; set; }

    /// <summary>Annotations, in place of those of the same name. Default: none.</summary>
    public IReadOnlyDictionary<string, string>? Annotations { get; set; }

    /// <summary>Whether the image's volumes become tmpfs mounts, so that data does not go into the root. Default: no.</summary>
    public bool VolumesAsTmpfs { get; set; }

    internal ImageSpecOptions Copy() => (ImageSpecOptions)MemberwiseClone();
}
