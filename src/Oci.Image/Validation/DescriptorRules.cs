using System.Text.Json;

namespace Oci.Image.Validation;

/// <summary>Descriptors, wherever they stand (descriptor.md).</summary>
internal static class DescriptorRules
{
    private const string Section = "descriptor.md#properties";

    public static readonly ValidationRule MediaTypeRequired = new("descriptor-media-type-required", ValidationSeverity.Error, Section, "A descriptor has a media type.");

    public static readonly ValidationRule MediaTypeGrammar = new("media-type-grammar", ValidationSeverity.Error, Section, "A media type, or type of an artifact, is one by RFC 6838, section 4.2.");

    public static readonly ValidationRule DigestRequired = new("descriptor-digest-required", ValidationSeverity.Error, Section, "A descriptor has a digest.");

    public static readonly ValidationRule DigestForm = new("digest-grammar", ValidationSeverity.Error, "descriptor.md#digests", "A digest follows the grammar, and that of its algorithm where the spec registers it.");

    public static readonly ValidationRule DigestUnsupported = new("digest-unsupported", ValidationSeverity.Warning, "descriptor.md#registered-algorithms", "A digest is of an algorithm that the spec registers.");

    public static readonly ValidationRule SizeRequired = new("descriptor-size-required", ValidationSeverity.Error, Section, "A descriptor has a size.");

    public static readonly ValidationRule SizeRange = new("descriptor-size", ValidationSeverity.Error, Section, "A size is a whole number that is not negative and has 63 bits.");

    public static readonly ValidationRule Url = new("descriptor-url", ValidationSeverity.Error, Section, "Each URL of a descriptor is one by RFC 3986.");

    public static readonly ValidationRule UrlScheme = new("descriptor-url-scheme", ValidationSeverity.Warning, Section, "Each URL of a descriptor is of http or https.");

    public static readonly ValidationRule Data = new("descriptor-data", ValidationSeverity.Error, "descriptor.md#embedded-content", "Embedded content is base64 and is what the digest and size say.");

    public static readonly ValidationRule Empty = new("descriptor-empty", ValidationSeverity.Warning, "manifest.md#guidance-for-an-empty-descriptor", "Content of the empty media type is {}.");

    private static readonly Digest s_empty = Digest.Compute("{}"u8);

    public static IReadOnlyList<ValidationRule> All { get; } =
        [MediaTypeRequired, MediaTypeGrammar, DigestRequired, DigestForm, DigestUnsupported, SizeRequired, SizeRange, Url, UrlScheme, Data, Empty];

    /// <summary>Checks a descriptor.</summary>
    /// <returns>Its media type, where it has one that is well formed.</returns>
    public static MediaType? Check(DocumentNode node)
    {
        if (!node.Is(JsonValueKind.Object))
        {
            return null;
        }
        node.CheckCase("mediaType", "digest", "size", "urls", "annotations", "data", "artifactType", "platform");
        MediaType? mediaType = node.TryRequire("mediaType", MediaTypeRequired, out DocumentNode type) ? CheckMediaType(type) : null;
        Digest? digest = node.TryRequire("digest", DigestRequired, out DocumentNode digestNode) ? CheckDigest(digestNode) : null;
        long? size = node.TryRequire("size", SizeRequired, out DocumentNode sizeNode) ? CheckSize(sizeNode) : null;
        if (node.TryGet("artifactType", out DocumentNode artifactType))
        {
            CheckMediaType(artifactType);
        }
        CheckUrls(node);
        CheckData(node, digest, size);
        AnnotationRules.Check(node, "annotations");
        if (node.TryGet("platform", out DocumentNode platform))
        {
            PlatformRules.Check(platform);
        }
        if (mediaType == MediaTypes.Empty && digest is not null && digest.Value.Algorithm == DigestAlgorithm.Sha256 && (digest != s_empty || size != 2))
        {
            node.Report(Empty, $"The media type is {MediaTypes.Empty}, and the content is not {{}}, which is {s_empty} of 2 bytes.");
        }
        return mediaType;
    }

    /// <summary>Checks a media type or artifact type.</summary>
    public static MediaType? CheckMediaType(DocumentNode node)
    {
        if (!node.Is(JsonValueKind.String))
        {
            return null;
        }
        if (MediaType.TryParse(node.Value.GetString(), out MediaType mediaType))
        {
            return mediaType;
        }
        node.Report(MediaTypeGrammar, "It is no media type: it must be type/subtype, each of at most 127 characters that RFC 6838 allows.");
        return null;
    }

    /// <summary>Checks a digest.</summary>
    /// <returns>The digest, where its algorithm is known here.</returns>
    public static Digest? CheckDigest(DocumentNode node)
    {
        if (!node.Is(JsonValueKind.String))
        {
            return null;
        }
        string text = node.Value.GetString()!;
        if (Digest.TryParse(text, out Digest digest))
        {
            return digest;
        }
        if (!DigestGrammar.IsMatch(text))
        {
            node.Report(DigestForm, "It is no digest: it must be algorithm:encoded, for sha256 with 64 and for sha512 with 128 lower-case hex digits.");
        }
        else
        {
            node.Report(DigestUnsupported, "Its algorithm is not registered by the spec, so the content cannot be verified, nor can this library read the document.");
        }
        return null;
    }

    private static long? CheckSize(DocumentNode node)
    {
        if (!node.Is(JsonValueKind.Number))
        {
            return null;
        }
        if (node.Value.TryGetInt64(out long size) && size >= 0)
        {
            return size;
        }
        node.Report(SizeRange, $"{Shorten(node.Value.GetRawText())} is no size: it must be a whole number that is not negative.");
        return null;
    }

    private static void CheckUrls(DocumentNode node)
    {
        if (!node.TryGet("urls", out DocumentNode urls) || !urls.Is(JsonValueKind.Array))
        {
            return;
        }
        foreach (DocumentNode url in urls.Items())
        {
            if (!url.Is(JsonValueKind.String))
            {
                continue;
            }
            string text = url.Value.GetString()!;
            if (!Uri.IsWellFormedUriString(text, UriKind.Absolute))
            {
                url.Report(Url, "It is no URL with a scheme.");
            }
            else if (!text.StartsWith("http:", StringComparison.OrdinalIgnoreCase) && !text.StartsWith("https:", StringComparison.OrdinalIgnoreCase))
            {
                url.Report(UrlScheme, $"Its scheme is '{text[..text.IndexOf(':', StringComparison.Ordinal)]}', which few tools fetch.");
            }
        }
    }

    private static void CheckData(DocumentNode node, Digest? digest, long? size)
    {
        if (!node.TryGet("data", out DocumentNode data) || !data.Is(JsonValueKind.String))
        {
            return;
        }
        if (!data.Value.TryGetBytesFromBase64(out byte[]? content))
        {
            data.Report(Data, "It is no base64.");
        }
        else if (size is not null && content.Length != size)
        {
            data.Report(Data, $"It has {content.Length} bytes, and the descriptor says {size}.");
        }
        else if (digest is { IsComputable: true } expected && Digest.Compute(expected.Algorithm, content) is Digest actual && actual != expected)
        {
            data.Report(Data, $"Its digest is {actual}, and the descriptor says {expected}.");
        }
    }

    private static string Shorten(string text) => text.Length <= 40 ? text : text[..40] + "...";
}
