namespace Oci.Runtime.Linux;

/// <summary>What a run is at.</summary>
public enum RunStage
{
    /// <summary>The image's layers are read, verified and unpacked.</summary>
    Unpacking,

    /// <summary>The container is created.</summary>
    Creating,

    /// <summary>Its program has been started.</summary>
    Running,

    /// <summary>Its program has ended, and what was made for it is removed.</summary>
    Removing,
}
