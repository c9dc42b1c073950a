using Oci.Distribution.Copying;

namespace Quickstart;

/// <summary>Shows the bytes of a copy as the progress of a stage.</summary>
internal sealed class CopyReport(StageProgress stage) : IProgress<CopyProgress>
{
    public void Report(CopyProgress value) => stage.Report(value.DoneBytes, value.TotalBytes);
}
