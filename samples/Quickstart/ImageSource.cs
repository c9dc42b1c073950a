using Oci.Distribution;
using Oci.Distribution.Authentication;
using Oci.Image;
using Oci.Image.Archives;
using Oci.Image.Layouts;

namespace Quickstart;

/// <summary>The image that the command line names, wherever it is.</summary>
internal sealed class ImageSource(IContentSource content, string reference, IAsyncDisposable? owned) : IAsyncDisposable
{
    private const string LayoutPrefix = "oci:";
    private const string ArchivePrefix = "docker-archive:";

    /// <summary>Where the image is read from.</summary>
    public IContentSource Content { get; } = content;

    /// <summary>The tag or digest there; empty for the only image of the source.</summary>
    public string Reference { get; } = reference;

    /// <summary>Checks that a text is one of the forms that <see cref="OpenAsync"/> takes.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static void ThrowIfMalformed(string source)
    {
        if (!source.StartsWith(LayoutPrefix, StringComparison.Ordinal)
            && !source.StartsWith(ArchivePrefix, StringComparison.Ordinal)
            && !Oci.Distribution.Reference.TryParse(source, out _))
        {
            throw new FormatException($"'{source}' is no source: it must be oci:DIR[:TAG], docker-archive:FILE or HOST/NAME[:TAG].");
        }
    }

    /// <summary>Opens <c>oci:DIR[:TAG]</c>, <c>docker-archive:FILE</c> or <c>HOST/NAME[:TAG]</c>.</summary>
    public static async Task<ImageSource> OpenAsync(string source, CancellationToken cancellationToken)
    {
        if (source.StartsWith(LayoutPrefix, StringComparison.Ordinal))
        {
            (string path, string tag) = SplitTag(source[LayoutPrefix.Length..]);
            return new ImageSource(await OciLayout.OpenAsync(path, cancellationToken), tag, owned: null);
        }
        if (source.StartsWith(ArchivePrefix, StringComparison.Ordinal))
        {
            DockerArchive archive = await DockerArchive.OpenAsync(source[ArchivePrefix.Length..], cancellationToken: cancellationToken);
            return new ImageSource(archive, "", archive);
        }
        Reference remote = Oci.Distribution.Reference.Parse(source);
        RegistryClient client = RegistryClient.For(remote, new RegistryClientOptions { Credentials = AuthFileCredentialSource.CreateDefault() });
        return new ImageSource(client.Repository(remote.Repository), remote.Identifier, new Owned(client));
    }

    public ValueTask DisposeAsync() => owned?.DisposeAsync() ?? ValueTask.CompletedTask;

    // A colon in the path itself is followed by a slash sooner or later, one before a tag never is.
    private static (string Path, string Tag) SplitTag(string text)
    {
        int colon = text.LastIndexOf(':');
        return colon > 0 && !text.AsSpan(colon).Contains('/') ? (text[..colon], text[(colon + 1)..]) : (text, "");
    }

    private sealed class Owned(IDisposable inner) : IAsyncDisposable
    {
        public ValueTask DisposeAsync()
        {
            inner.Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
