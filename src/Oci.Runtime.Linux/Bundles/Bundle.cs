using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>A directory with a container's configuration and root filesystem (runtime-spec, bundle.md).</summary>
/// <remarks>A value: it holds no handle, and the configuration is as it was when the bundle was opened.</remarks>
public sealed class Bundle
{
    /// <summary>The name of the configuration in the directory.</summary>
    public const string ConfigName = "config.json";

    private Bundle(string path, RuntimeSpec spec, ReadOnlyMemory<byte> content)
    {
        Path = path;
        Spec = spec;
        Content = content;
    }

    /// <summary>The directory, an absolute path.</summary>
    public string Path { get; }

    /// <summary>The configuration.</summary>
    public RuntimeSpec Spec { get; }

    /// <summary>The configuration as it is in the file.</summary>
    internal ReadOnlyMemory<byte> Content { get; }

    /// <summary>The layers that the container puts its root filesystem together of; null where that is a directory of its own.</summary>
    /// <remarks>It is no part of <c>config.json</c>: a bundle that is opened has none until <see cref="WithOverlay"/> gives it one.</remarks>
    public OverlayRoot? Overlay { get; private init; }

    /// <summary>Where the container finds its root filesystem, the topmost layer first.</summary>
    internal IReadOnlyList<string> RootDirectories => Overlay is null
        ? [RootPath]
        : [.. Overlay.Upper is string upper ? [upper] : Array.Empty<string>(), .. Overlay.Lower.Reverse()];

    /// <summary>The root filesystem, an absolute path; that of the bundle itself where the configuration names none.</summary>
    public string RootPath => System.IO.Path.GetFullPath(Spec.Root?.Path ?? "", Path);

    /// <summary>Opens a bundle and reads its configuration.</summary>
    /// <param name="path">The directory.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="IOException">The directory or its <c>config.json</c> is not there or cannot be read.</exception>
    /// <exception cref="InvalidSpecException">The configuration is no such document, or is larger than
    /// <see cref="RuntimeSpec.MaxDocumentSize"/>.</exception>
    public static async Task<Bundle> OpenAsync(string path, CancellationToken cancellationToken = default)
    {
        string directory = Resolve(path);
        if (!Directory.Exists(directory))
        {
            throw new DirectoryNotFoundException($"The bundle '{directory}' is not a directory. Name the directory that holds {ConfigName}.");
        }
        string config = System.IO.Path.Combine(directory, ConfigName);
        if (!File.Exists(config))
        {
            throw new FileNotFoundException($"The bundle '{directory}' has no {ConfigName}. Write one there, as Bundle.CreateAsync does.", config);
        }
        byte[] content = await ReadConfigAsync(config, cancellationToken).ConfigureAwait(false);
        return new Bundle(directory, RuntimeSpec.Parse(content), content);
    }

    /// <summary>Writes a configuration into a directory, which becomes a bundle; both are made where they are missing.</summary>
    /// <param name="path">The directory. An existing <c>config.json</c> in it is replaced at once, never half.</param>
    /// <param name="spec">The configuration. A relative root in the bundle is made where it is missing.</param>
    /// <param name="cancellationToken">Ends the writing; the old configuration then stays.</param>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static async Task<Bundle> CreateAsync(string path, RuntimeSpec spec, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var bundle = new Bundle(Resolve(path), spec, spec.ToUtf8Bytes());
        Directory.CreateDirectory(bundle.Path);
        if (spec.Root is { Path.Length: > 0 } root && !System.IO.Path.IsPathRooted(root.Path))
        {
            Directory.CreateDirectory(bundle.RootPath);
        }
        string config = System.IO.Path.Combine(bundle.Path, ConfigName);
        string staged = $"{config}.{Guid.NewGuid():N}";
        try
        {
            await File.WriteAllBytesAsync(staged, bundle.Content, cancellationToken).ConfigureAwait(false);
            File.Move(staged, config, overwrite: true);
        }
        catch
        {
            File.Delete(staged);
            throw;
        }
        return bundle;
    }

    /// <summary>The bundle with a root filesystem of layers, which is mounted at <see cref="RootPath"/> where only the container sees it.</summary>
    /// <param name="overlay">The layers; null for the directory itself.</param>
    public Bundle WithOverlay(OverlayRoot? overlay) => new(Path, Spec, Content) { Overlay = overlay };

    /// <summary>The bundle with another configuration; the <c>config.json</c> on disk stays as it is.</summary>
    /// <param name="spec">The configuration that a container is made by, and that its later programs follow.</param>
    public Bundle WithSpec(RuntimeSpec spec)
    {
        ArgumentNullException.ThrowIfNull(spec);
        return new(Path, spec, spec.ToUtf8Bytes()) { Overlay = Overlay };
    }

    private static string Resolve(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return System.IO.Path.GetFullPath(path);
    }

    // The length of a file is a promise that a growing one does not keep: what is read counts.
    internal static Task<byte[]> ReadConfigAsync(string config, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(ReadConfig(config));
    }

    // On this thread: for a file there is nothing asynchronous in Linux but another thread, which takes longer than the reading.
    private static byte[] ReadConfig(string config)
    {
        // Without O_NONBLOCK, opening a FIFO waits for a writer.
        Libc.Openat(Libc.AT_FDCWD, Encoding.UTF8.GetBytes(config + '\0'), Libc.O_RDONLY | Libc.O_NONBLOCK, 0, out SafeFileHandle? handle).ThrowIfFailed("openat", config);
        using SafeFileHandle opened = handle!;
        Libc.Statx(opened, Libc.STATX_BASIC_STATS, out Libc.FileStatus status).ThrowIfFailed("statx", config);
        if (status.Type == Libc.S_IFIFO)
        {
            throw new IOException($"'{config}' is a FIFO. Write the configuration into a file.");
        }
        return ReadConfig(opened, config);
    }

    /// <summary>Reads an open configuration, up to the size that one may have.</summary>
    internal static byte[] ReadConfig(SafeFileHandle opened, string config)
    {
        using var file = new FileStream(opened, FileAccess.Read, bufferSize: 0);
        using var content = new MemoryStream();
        var buffer = new byte[16 * 1024];
        int read;
        while ((read = file.Read(buffer)) > 0)
        {
            if (content.Length + read > RuntimeSpec.MaxDocumentSize)
            {
                throw new InvalidSpecException(ConfigName, [new SpecFinding("", $"'{config}' has more than {RuntimeSpec.MaxDocumentSize} bytes, the most that is read.")]);
            }
            content.Write(buffer, 0, read);
        }
        return content.ToArray();
    }
}
