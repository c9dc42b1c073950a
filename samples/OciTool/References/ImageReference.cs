using System.Globalization;
using Oci.Distribution;
using Oci.Image;

namespace OciTool.References;

/// <summary>An image by transport and name, as the command line has it: <c>oci:DIR:TAG</c>.</summary>
internal sealed record ImageReference
{
    private static readonly (string Prefix, Transport Transport)[] Prefixes =
    [
        ("oci:", Transport.Layout),
        ("oci-archive:", Transport.OciArchive),
        ("docker-archive:", Transport.DockerArchive),
        ("docker://", Transport.Registry),
    ];

    private ImageReference(string text, Transport transport)
    {
        Text = text;
        Transport = transport;
    }

    /// <summary>What was typed.</summary>
    public string Text { get; }

    public Transport Transport { get; }

    /// <summary>The directory or file; empty for a registry.</summary>
    public string Path { get; private init; } = "";

    /// <summary>The name in a registry; <c>default</c> for all other transports.</summary>
    public Reference Remote { get; private init; }

    /// <summary>The tag, where one was given; in a Docker archive a whole name.</summary>
    public string? Tag { get; private init; }

    /// <summary>The digest of a manifest, where one was given.</summary>
    public Digest? Digest { get; private init; }

    /// <summary>The place in an archive or layout, from 0, where one was given.</summary>
    public int? Position { get; private init; }

    /// <summary>Reads a reference.</summary>
    /// <exception cref="FormatException">It is none; the message says what one looks like.</exception>
    public static ImageReference Parse(string text)
    {
        foreach ((string prefix, Transport transport) in Prefixes)
        {
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                string name = text[prefix.Length..];
                return transport == Transport.Registry ? ParseRemote(text, name) : ParsePath(text, transport, name);
            }
        }
        throw new FormatException($"'{text}' has no transport. Write oci:DIR[:TAG] for an OCI layout, oci-archive:FILE[:TAG] or docker-archive:FILE[:NAME] for an archive, docker://NAME for a registry.");
    }

    /// <summary>The same place with a tag.</summary>
    public ImageReference WithTag(string tag) => new($"{Text}:{tag}", Transport) { Path = Path, Remote = Remote, Tag = tag };

    /// <summary>The same for another working directory.</summary>
    public ImageReference WithFullPath()
    {
        if (Transport == Transport.Registry)
        {
            return this;
        }
        string full = System.IO.Path.GetFullPath(Path);
        int start = Text.IndexOf(':') + 1;
        return new ImageReference($"{Text[..start]}{full}{Text[(start + Path.Length)..]}", Transport) { Path = full, Tag = Tag, Digest = Digest, Position = Position };
    }

    /// <summary>What was typed.</summary>
    public override string ToString() => Text;

    private static ImageReference ParseRemote(string text, string name)
    {
        try
        {
            Reference remote = Reference.ParseDockerName(name);
            return new ImageReference(text, Transport.Registry)
            {
                Remote = remote,
                Tag = remote.Tag,
                Digest = remote.Digest == default ? null : remote.Digest,
            };
        }
        catch (FormatException e)
        {
            throw new FormatException($"'{text}' is not the name of an image in a registry: it must be docker://[HOST[:PORT]/]NAME[:TAG][@DIGEST] with a lower-case name.", e);
        }
    }

    private static ImageReference ParsePath(string text, Transport transport, string name)
    {
        (string rest, Digest? digest, int? position) = SplitAt(text, name);
        // As in skopeo the first colon ends the path, but for that of a Windows drive.
        bool hasDrive = rest.Length > 2 && char.IsAsciiLetter(rest[0]) && rest[1] == ':' && rest[2] is '\\' or '/' && OperatingSystem.IsWindows();
        int colon = rest.IndexOf(':', hasDrive ? 2 : 0);
        string path = colon < 0 ? rest : rest[..colon];
        string tag = colon < 0 ? "" : rest[(colon + 1)..];
        if (path.Length == 0)
        {
            throw new FormatException($"'{text}' names no {(transport == Transport.Layout ? "directory" : "file")}.");
        }
        return new ImageReference(text, transport)
        {
            Path = path,
            Tag = tag.Length == 0 ? null : tag,
            Digest = digest,
            Position = position,
        };
    }

    private static (string Name, Digest? Digest, int? Position) SplitAt(string text, string name)
    {
        int at = name.LastIndexOf('@');
        if (at < 0)
        {
            return (name, null, null);
        }
        string after = name[(at + 1)..];
        string rest = name[..at].TrimEnd(':');
        if (Oci.Image.Digest.TryParse(after, out Digest digest))
        {
            return (rest, digest, null);
        }
        if (int.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out int position))
        {
            return (rest, null, position);
        }
        return after.StartsWith("sha", StringComparison.Ordinal) && after.Contains(':')
            ? throw new FormatException($"'{text}': {after} is not a digest. One is sha256: and 64 lower-case hexadecimal digits.")
            : (name, null, null);
    }
}
