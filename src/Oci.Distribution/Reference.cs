using System.Diagnostics.CodeAnalysis;
using Oci.Image;

namespace Oci.Distribution;

/// <summary>The full name of an image or artifact: <c>HOST[:PORT]/NAME[:TAG][@DIGEST]</c>.</summary>
/// <remarks>
/// A value is always well formed by the grammar of distribution-spec (spec.md, "Pulling manifests"), so its parts
/// are safe in a URL. <c>default</c> names nothing and prints as nothing.
/// </remarks>
public readonly record struct Reference : ISpanParsable<Reference>
{
    /// <summary>The tag that tools read where a reference has neither tag nor digest.</summary>
    public const string DefaultTag = "latest";

    private const string DockerHost = "docker.io";

    private Reference(string host, string repository, string? tag, Digest digest)
    {
        Host = host;
        Repository = repository;
        Tag = tag;
        Digest = digest;
    }

    /// <summary>The registry, with its port where one was given: <c>registry.example:5000</c>.</summary>
    public string Host => field ?? "";

    /// <summary>The repository within the registry: <c>library/debian</c>.</summary>
    public string Repository => field ?? "";

    /// <summary>The tag, or <see langword="null"/> where none was given.</summary>
    public string? Tag { get; }

    /// <summary>The digest of the manifest, or <c>default</c> where none was given.</summary>
    public Digest Digest { get; }

    /// <summary>What to ask the registry for: the digest, else the tag, else <see cref="DefaultTag"/>.</summary>
    public string Identifier => Digest != default ? Digest.ToString() : Tag ?? DefaultTag;

    /// <summary>Reads a reference whose first part is always a host.</summary>
    /// <exception cref="FormatException">The text is no full reference.</exception>
    public static Reference Parse(ReadOnlySpan<char> s) => TryParse(s, out Reference result)
        ? result
        : throw new FormatException($"'{(s.Length <= 100 ? s : s[..100])}' is not a reference: it must be HOST[:PORT]/NAME[:TAG][@DIGEST] with a lower-case name. Short Docker names, such as debian:12, are for ParseDockerName.");

    /// <inheritdoc cref="Parse(ReadOnlySpan{char})"/>
    public static Reference Parse(string s) => Parse(s.AsSpan());

    /// <summary>Reads a reference whose first part is always a host; false where the text is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> s, out Reference result)
    {
        result = default;
        int slash = s.IndexOf('/');
        if (slash < 0 || !ReferenceGrammar.IsHost(s[..slash]))
        {
            return false;
        }
        string host = s[..slash].ToString();
        ReadOnlySpan<char> rest = s[(slash + 1)..];
        Digest digest = default;
        int at = rest.IndexOf('@');
        if (at >= 0)
        {
            if (!Digest.TryParse(rest[(at + 1)..], out digest))
            {
                return false;
            }
            rest = rest[..at];
        }
        string? tag = null;
        int colon = rest.IndexOf(':');
        if (colon >= 0)
        {
            if (!ReferenceGrammar.IsTag(rest[(colon + 1)..]))
            {
                return false;
            }
            tag = rest[(colon + 1)..].ToString();
            rest = rest[..colon];
        }
        if (!ReferenceGrammar.IsName(rest))
        {
            return false;
        }
        result = new Reference(host, rest.ToString(), tag, digest);
        return true;
    }

    /// <inheritdoc cref="TryParse(ReadOnlySpan{char}, out Reference)"/>
    public static bool TryParse([NotNullWhen(true)] string? s, out Reference result) => TryParse(s.AsSpan(), out result);

    /// <summary>Reads a reference as Docker's command line does: without a host it means <c>docker.io</c>, and a single name there <c>library/NAME</c>.</summary>
    /// <remarks>The first part is a host where it holds a dot, a colon or an upper-case letter, or is <c>localhost</c>. <c>index.docker.io</c> becomes <c>docker.io</c>.</remarks>
    /// <exception cref="FormatException">The text is no reference.</exception>
    public static Reference ParseDockerName(ReadOnlySpan<char> s)
    {
        int slash = s.IndexOf('/');
        ReadOnlySpan<char> first = slash < 0 ? default : s[..slash];
        bool hasHost = slash >= 0 && (first.ContainsAny('.', ':') || first.SequenceEqual("localhost") || first.ContainsAnyInRange('A', 'Z'));
        if (!hasHost)
        {
            return Parse(slash < 0 ? $"{DockerHost}/library/{s}" : $"{DockerHost}/{s}");
        }
        if (!first.SequenceEqual(DockerHost) && !first.SequenceEqual("index.docker.io"))
        {
            return Parse(s);
        }
        ReadOnlySpan<char> name = s[(slash + 1)..];
        return Parse(name.Contains('/') ? $"{DockerHost}/{name}" : $"{DockerHost}/library/{name}");
    }

    /// <summary>The same repository with another tag and no digest.</summary>
    /// <exception cref="FormatException">The tag is none by distribution-spec.</exception>
    public Reference WithTag(string tag)
    {
        ReferenceGrammar.CheckTag(tag);
        return new Reference(Host, Repository, tag, default);
    }

    /// <summary>The same repository with a digest and no tag.</summary>
    public Reference WithDigest(Digest digest) => new(Host, Repository, null, digest);

    static Reference ISpanParsable<Reference>.Parse(ReadOnlySpan<char> s, IFormatProvider? provider) => Parse(s);

    static bool ISpanParsable<Reference>.TryParse(ReadOnlySpan<char> s, IFormatProvider? provider, out Reference result) => TryParse(s, out result);

    static Reference IParsable<Reference>.Parse(string s, IFormatProvider? provider) => Parse(s);

    static bool IParsable<Reference>.TryParse([NotNullWhen(true)] string? s, IFormatProvider? provider, out Reference result) => TryParse(s, out result);

    /// <summary><c>HOST[:PORT]/NAME[:TAG][@DIGEST]</c>; empty for <c>default</c>.</summary>
    public override string ToString()
    {
        if (Host.Length == 0)
        {
            return "";
        }
        string tag = Tag is null ? "" : $":{Tag}";
        string digest = Digest == default ? "" : $"@{Digest}";
        return $"{Host}/{Repository}{tag}{digest}";
    }
}
