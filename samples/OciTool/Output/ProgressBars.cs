using Oci.Distribution.Artifacts;
using Oci.Distribution.Copying;
using Oci.Distribution.Syncing;
using Oci.Image;
using Oci.Image.RootFilesystems;
using Oci.Image.Validation;
using Spectre.Console;

namespace OciTool.Output;

/// <summary>The bars of one piece of work, a bar for each thing under way. Safe for reports of several threads.</summary>
internal sealed class ProgressBars(ProgressContext? context) : IProgress<CopyProgress>, IProgress<UnpackProgress>, IProgress<ValidationProgress>, IProgress<ArtifactProgress>, IProgress<SyncProgress>
{
    // What is small is done before it could be read.
    private const long LeastBytes = 256 * 1024;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, ProgressTask> _bars = [];

    /// <summary>A copy: a bar for each blob of some size.</summary>
    public void Report(CopyProgress value)
    {
        bool ended = value.Step is CopyStep.Copied or CopyStep.Mounted or CopyStep.Skipped;
        if (value.Step is not CopyStep.Found)
        {
            ReportBlob(value.Descriptor, ended ? value.Descriptor.Size : value.Bytes);
        }
    }

    /// <summary>Says how much of a blob is done.</summary>
    public void ReportBlob(Descriptor blob, long bytes)
    {
        if (blob.Size >= LeastBytes)
        {
            Report(ShortName(blob.Digest), bytes, blob.Size);
        }
    }

    /// <summary>An unpack: a bar for each layer, without an end, since what a layer expands to is not known.</summary>
    public void Report(UnpackProgress value) => Report($"layer {value.LayerIndex + 1} of {value.LayerCount}", value.Bytes, total: null);

    /// <summary>A validation: one bar for all of it.</summary>
    public void Report(ValidationProgress value) => Report("verified", value.Bytes, total: null);

    /// <summary>An artifact: a bar for each file of some size.</summary>
    public void Report(ArtifactProgress value)
    {
        if (value.Size is null or >= LeastBytes)
        {
            Report(value.Title, value.Bytes, value.Size);
        }
    }

    /// <summary>A sync: as the copies that it is made of.</summary>
    public void Report(SyncProgress value) => Report(value.Copy);

    /// <summary>Says how far one thing is.</summary>
    public void Report(string name, long bytes, long? total)
    {
        if (context is null)
        {
            return;
        }
        lock (_lock)
        {
            if (_bars.TryGetValue(name, out ProgressTask? bar))
            {
                bar.Value = bytes;
                return;
            }
            bar = context.AddTask(name.EscapeMarkup(), maxValue: total ?? double.MaxValue);
            bar.IsIndeterminate = total is null;
            bar.Value = bytes;
            _bars.Add(name, bar);
            // Drawn now, not at the next tick: what is quick is seen too.
            context.Refresh();
        }
    }

    private static string ShortName(Digest digest) => digest.Hex[..Math.Min(12, digest.Hex.Length)].ToString();
}
