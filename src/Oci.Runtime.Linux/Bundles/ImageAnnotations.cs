using System.Globalization;
using Oci.Image.Configuration;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>The annotations that an image's configuration comes to (image-spec, conversion.md, "Annotation Fields").</summary>
internal static class ImageAnnotations
{
    private const string Prefix = "org.opencontainers.image.";

    /// <summary>Defaults, then what the image implies, then its labels, then what the caller wants: the later wins.</summary>
    public static SortedDictionary<string, string>? Merge(
        IReadOnlyDictionary<string, string>? defaults, ImageConfig image, IReadOnlyDictionary<string, string>? wanted)
    {
        var annotations = new SortedDictionary<string, string>(StringComparer.Ordinal);
        AddAll(annotations, defaults);
        AddImplied(annotations, image);
        AddAll(annotations, image.Config?.Labels);
        AddAll(annotations, wanted);
        return annotations.Count > 0 ? annotations : null;
    }

    private static void AddImplied(SortedDictionary<string, string> annotations, ImageConfig image)
    {
        Add(annotations, "os", image.Os);
        Add(annotations, "architecture", image.Architecture);
        Add(annotations, "variant", image.Variant);
        Add(annotations, "os.version", image.OsVersion);
        Add(annotations, "os.features", Join(image.OsFeatures));
        Add(annotations, "author", image.Author);
        Add(annotations, "created", image.Created is { } created ? Format(created) : null);
        Add(annotations, "stopSignal", image.Config?.StopSignal);
        Add(annotations, "exposedPorts", Join(image.Config?.ExposedPorts?.Keys.Order(StringComparer.Ordinal)));
    }

    private static void Add(SortedDictionary<string, string> annotations, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            annotations[Prefix + name] = value;
        }
    }

    private static void AddAll(SortedDictionary<string, string> annotations, IReadOnlyDictionary<string, string>? more)
    {
        foreach ((string name, string value) in more ?? new Dictionary<string, string>())
        {
            annotations[name] = value;
        }
    }

    private static string? Join(IEnumerable<string>? values) => values is null ? null : string.Join(',', values);

    // RFC 3339, with as many digits as the time has.
    private static string Format(DateTimeOffset time) => time.Offset == TimeSpan.Zero
        ? time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)
        : time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFFzzz", CultureInfo.InvariantCulture);
}
