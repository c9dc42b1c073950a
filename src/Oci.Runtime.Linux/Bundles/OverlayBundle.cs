using Oci.Image;
using Oci.Image.LayerStores;
using Oci.Image.RootFilesystems;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Bundles;

/// <summary>A bundle that was made of an image whose layers are shared with other containers.</summary>
/// <remarks>Disposing it lets go of the layers: only when the container has ended. The bundle's directory stays, and is the caller's to delete.</remarks>
public sealed class OverlayBundle : IAsyncDisposable
{
    private OverlayBundle(Bundle bundle, LayerLease lease, IReadOnlyList<string> warnings)
    {
        Bundle = bundle;
        Lease = lease;
        Warnings = warnings;
    }

    /// <summary>The bundle, ready for <see cref="ContainerRuntime.CreateAsync"/>.</summary>
    public Bundle Bundle { get; }

    /// <summary>The layers; <see cref="LayerStore.Pin"/> keeps them for a container that outlives this process.</summary>
    public LayerLease Lease { get; }

    /// <summary>What was done with less than the image asks for, a sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    /// <summary>Brings an image's layers into a store, and writes the configuration to run it on top of them.</summary>
    /// <param name="image">The image. Each layer that the store lacks is verified by size, digest and DiffID.</param>
    /// <param name="layers">The store.</param>
    /// <param name="path">The bundle's directory: a new one, or an empty one. The caller deletes it, with <see cref="RootFilesystem.Delete"/>.</param>
    /// <param name="options">How; the defaults where null.</param>
    /// <param name="progress">Told every few megabytes.</param>
    /// <param name="cancellationToken">Stops; the bundle's directory is removed if it was made here, layers that are whole stay in the store.</param>
    /// <exception cref="OciImageException">A layer is bad, or an entry of one is refused.</exception>
    /// <exception cref="InvalidSpecException">The image's configuration cannot be run: no command, an unknown user.</exception>
    /// <exception cref="IOException">The directory or the store cannot be written.</exception>
    public static async Task<OverlayBundle> CreateAsync(OciImage image, LayerStore layers, string path, OverlayBundleOptions? options = null, IProgress<UnpackProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(image);
        ArgumentNullException.ThrowIfNull(layers);
        ArgumentException.ThrowIfNullOrEmpty(path);
        LayerLease lease = await layers.AcquireAsync(image, progress, cancellationToken).ConfigureAwait(false);
        bool isNew = !Directory.Exists(path);
        try
        {
            OverlayRoot root = options?.RootInMemory == true ? OverlayRoot.CreateInMemory(lease, options.MaxMemory) : OverlayRoot.Create(lease, path);
            List<string> warnings = [.. lease.Notices.Select(n => n.Message)];
            ImageSpecOptions specOptions = options?.Spec?.Copy() ?? new ImageSpecOptions();
            specOptions.Base ??= ImageBundle.CreateBase(warnings);
            RuntimeSpec spec = ImageSpecConverter.Convert(image.Config, UserDatabase.ReadLayers([.. root.Lower.Reverse()]), specOptions);
            Bundle bundle = await Bundle.CreateAsync(path, spec with { Root = new RootSpec { Path = ImageBundle.RootName } }, cancellationToken).ConfigureAwait(false);
            return new OverlayBundle(bundle.WithOverlay(root), lease, warnings);
        }
        catch
        {
            await lease.DisposeAsync().ConfigureAwait(false);
            if (isNew)
            {
                RootFilesystem.Delete(path);
            }
            throw;
        }
    }

    /// <summary>Lets go of the layers.</summary>
    public ValueTask DisposeAsync() => Lease.DisposeAsync();
}
