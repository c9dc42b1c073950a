namespace Oci.Distribution.Artifacts;

/// <summary>The directory that an artifact is unpacked into, with a closed one in it where files are made whole first.</summary>
internal interface IArtifactTarget : IDisposable
{
    /// <summary>The path of the closed directory. What lies in it has numbers for names; no title is part of a path here.</summary>
    string Staging { get; }

    /// <summary>Makes sure that a file can be put in its place, as far as can be told before.</summary>
    /// <exception cref="ArtifactException">Something is there, or a link or file is in the way.</exception>
    void Check(ArtifactTitle title, bool isDirectory, bool overwrite);

    /// <summary>Whether there is a directory, and no link to one.</summary>
    bool HasDirectory(ArtifactTitle title);

    /// <summary>Puts what is in the closed directory in its place.</summary>
    /// <param name="staged">Its path there, with slashes.</param>
    /// <param name="title">Its place.</param>
    /// <param name="overwrite">Whether a file or link that is there is replaced.</param>
    /// <exception cref="ArtifactException">Something is there, or a link or file is in the way.</exception>
    void Place(string staged, ArtifactTitle title, bool overwrite);
}
