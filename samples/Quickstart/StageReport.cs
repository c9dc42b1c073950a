using System.Diagnostics;

namespace Quickstart;

/// <summary>Prints each stage of the job as it ends, with its time and bytes, and all of them at the end.</summary>
internal sealed class StageReport(TextWriter output)
{
    private readonly List<Stage> _stages = [];

    /// <summary>Runs a stage. What it returns says how many bytes went through it.</summary>
    /// <exception cref="StageException">The stage failed; the inner exception says how.</exception>
    public async Task<T> RunAsync<T>(string name, Func<StageProgress, Task<T>> work)
    {
        long start = Stopwatch.GetTimestamp();
        var progress = new StageProgress(output, name);
        try
        {
            T result = await work(progress);
            var stage = new Stage(name, Stopwatch.GetElapsedTime(start), progress.Bytes, progress.Detail);
            _stages.Add(stage);
            progress.Clear();
            output.WriteLine($"{stage}  {stage.Detail}");
            return result;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            progress.Clear();
            throw new StageException(name, e);
        }
    }

    /// <summary>Prints what all stages together took.</summary>
    public void PrintTotal()
    {
        var total = new Stage("total", _stages.Aggregate(TimeSpan.Zero, (sum, s) => sum + s.Time), Bytes: null, "");
        output.WriteLine(total);
    }

    private sealed record Stage(string Name, TimeSpan Time, long? Bytes, string Detail)
    {
        public override string ToString() =>
            $"{Name,-8} {Time.TotalMilliseconds,9:N1} ms {(Bytes is long bytes ? $"{ByteCount.Format(bytes),10}" : new string(' ', 10))}";
    }
}
