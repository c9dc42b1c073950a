using Spectre.Console;
using Spectre.Console.Rendering;

namespace OciTool.Output;

/// <summary>The bytes that are done, and those of all where that is known.</summary>
internal sealed class BytesColumn : ProgressColumn
{
    public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime)
    {
        string done = ByteCount.Format((long)task.Value);
        return new Text(task.IsIndeterminate ? done : $"{done} of {ByteCount.Format((long)task.MaxValue)}") { Justification = Justify.Right };
    }
}
