namespace OciTool.References;

/// <summary>Where an image lies.</summary>
internal enum Transport
{
    /// <summary>An OCI layout, a directory.</summary>
    Layout,

    /// <summary>An OCI layout in a tar file.</summary>
    OciArchive,

    /// <summary>A file of <c>docker save</c>.</summary>
    DockerArchive,

    /// <summary>A registry.</summary>
    Registry,
}
