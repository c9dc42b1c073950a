using System.Text.Json;
using Oci.Image.Changes;
using Oci.Image.RootFilesystems;
using OciTool.Results;

namespace OciTool.Bundles;

/// <summary>The files that <c>oci unpack</c> keeps in a bundle beside <c>config.json</c> and <c>rootfs</c>.</summary>
internal sealed class BundleState
{
    private const string RecordName = "oci-unpack.json";
    private const string SnapshotName = "oci-snapshot";
    private readonly string _bundle;

    private BundleState(string bundle, UnpackRecord record)
    {
        _bundle = bundle;
        Record = record;
    }

    public UnpackRecord Record { get; }

    public string RootPath => Path.Combine(_bundle, "rootfs");

    /// <summary>The owners that files of the bundle have in the image: those of an ordinary user's are root's.</summary>
    public IReadOnlyList<IdMapping> UidMappings => Record.Rootless ? [IdMapping.ProcessUser] : [];

    /// <inheritdoc cref="UidMappings"/>
    public IReadOnlyList<IdMapping> GidMappings => Record.Rootless ? [IdMapping.ProcessGroup] : [];

    /// <summary>Takes the state of a bundle and writes it, with where it comes from, into the bundle.</summary>
    public static async Task<BundleState> SaveAsync(string bundle, UnpackRecord record, CancellationToken cancellationToken)
    {
        var state = new BundleState(bundle, record);
        await state.SaveSnapshotAsync(await state.CaptureAsync(cancellationToken), cancellationToken);
        await File.WriteAllBytesAsync(Path.Combine(bundle, RecordName), JsonSerializer.SerializeToUtf8Bytes(record, OutputJson.Relaxed.UnpackRecord), cancellationToken);
        return state;
    }

    /// <exception cref="ToolException">The directory was not unpacked by this tool.</exception>
    public static async Task<BundleState> LoadAsync(string bundle, CancellationToken cancellationToken)
    {
        string path = Path.Combine(bundle, RecordName);
        if (!File.Exists(path))
        {
            throw new ToolException($"{bundle} has no {RecordName}: only a bundle that 'oci unpack' made can be packed again. To make a layer of any directory use 'oci append'.");
        }
        try
        {
            await using FileStream file = File.OpenRead(path);
            UnpackRecord? record = await JsonSerializer.DeserializeAsync(file, OutputJson.Default.UnpackRecord, cancellationToken);
            return record is { Version: UnpackRecord.CurrentVersion }
                ? new BundleState(bundle, record)
                : throw new ToolException($"{path} is of version {record?.Version}, which this version of oci does not know. Unpack the image again.");
        }
        catch (JsonException e)
        {
            throw new ToolException($"{path} is damaged: {e.Message} Unpack the image again.", e);
        }
    }

    /// <summary>The state right after the unpack.</summary>
    public async Task<TreeSnapshot> ReadSnapshotAsync(CancellationToken cancellationToken)
    {
        string path = Path.Combine(_bundle, SnapshotName);
        try
        {
            await using FileStream file = File.OpenRead(path);
            return await TreeSnapshot.ReadAsync(file, cancellationToken: cancellationToken);
        }
        catch (Exception e) when (e is FileNotFoundException or InvalidDataException)
        {
            throw new ToolException($"{path} is missing or damaged: {e.Message} Unpack the image again.", e);
        }
    }

    /// <summary>The state now.</summary>
    public Task<TreeSnapshot> CaptureAsync(CancellationToken cancellationToken) =>
        TreeSnapshot.CaptureAsync(RootPath, new TreeSnapshotOptions { UidMappings = UidMappings, GidMappings = GidMappings }, cancellationToken);

    private async Task SaveSnapshotAsync(TreeSnapshot snapshot, CancellationToken cancellationToken)
    {
        await using FileStream file = File.Create(Path.Combine(_bundle, SnapshotName));
        await snapshot.WriteAsync(file, cancellationToken);
    }
}
