using Oci.Image;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Namespaces;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>A bundle that was made of an image: its layers unpacked, its configuration converted.</summary>
public sealed class ImageBundle
{
    internal const string RootName = "rootfs";

    private ImageBundle(Bundle bundle, UnpackResult unpacked, IReadOnlyList<string> warnings)
    {
        Bundle = bundle;
        Unpacked = unpacked;
        Warnings = warnings;
    }

    /// <summary>The bundle, ready for <see cref="ContainerRuntime.CreateAsync"/>.</summary>
    public Bundle Bundle { get; }

    /// <summary>What the unpack did.</summary>
    public UnpackResult Unpacked { get; }

    /// <summary>What was done with less than the image asks for, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Unpacks an image and writes the configuration to run it.</summary>
    /// <param name="image">The image. Each layer is verified by size, digest and DiffID.</param>
    /// <param name="path">The bundle's directory: a new one, or an empty one. It is the caller's to delete, with <see cref="RootFilesystem.Delete"/>.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Told every few megabytes.</param>
    /// <param name="cancellationToken">Stops; what was unpacked is removed.</param>
    /// <exception cref="OciImageException">A layer is bad, or an entry of one is refused.</exception>
    /// <exception cref="InvalidSpecException">The image's configuration cannot be run: no command, an unknown user.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    public static async Task<ImageBundle> CreateAsync(OciImage image, string path, ImageBundleOptions? options = null, IProgress<UnpackProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentException.ThrowIfNullOrEmpty(path);
        string root = Path.Combine(path, RootName);
        bool isNew = !Directory.Exists(path);
        bool isUnpacked = false;
        Directory.CreateDirectory(path);
        try
        {
            UnpackResult unpacked = await new ImageUnpacker(options?.Unpack).UnpackAsync(image, root, progress, cancellationToken).ConfigureAwait(false);
            isUnpacked = true;
            List<string> warnings = [.. unpacked.Notices.Select(n => n.Message)];
            ImageSpecOptions specOptions = options?.Spec?.Copy() ?? new ImageSpecOptions();
            specOptions.Base ??= CreateBase(warnings);
            RuntimeSpec spec = ImageSpecConverter.Convert(image.Config, UserDatabase.Read(root), specOptions);
            Bundle bundle = await Bundle.CreateAsync(path, spec with { Root = new RootSpec { Path = RootName } }, cancellationToken).ConfigureAwait(false);
            return new ImageBundle(bundle, unpacked, warnings);
        }
        catch
        {
            // An unpack that failed has cleaned up after itself; what was there before is not ours to delete.
            if (isNew)
            {
                RootFilesystem.Delete(path);
            }
            else if (isUnpacked)
            {
                RootFilesystem.Delete(root);
            }
            throw;
        }
    }

    internal static RuntimeSpec CreateBase(List<string> warnings)
    {
        if (Environment.IsPrivilegedProcess)
        {
            return DefaultSpec.Create();
        }
        RootlessIdMappings mappings = RootlessIdMappings.Detect();
        if (mappings.Notice is string notice)
        {
            warnings.Add(notice);
        }
        return DefaultSpec.CreateRootless(mappings);
    }
}
