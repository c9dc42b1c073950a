namespace Quickstart;

/// <summary>What a running stage tells: its bytes so far, shown in place where the output is a terminal.</summary>
internal sealed class StageProgress(TextWriter output, string name)
{
    private static readonly bool IsTerminal = !Console.IsOutputRedirected;
    private readonly Lock _lock = new();
    private long _shownAt;
    private bool _shown;

    /// <summary>How many bytes went through; <see langword="null"/> where the stage moves none.</summary>
    public long? Bytes { get; private set; }

    /// <summary>What was done, in a few words.</summary>
    public string Detail { get; set; } = "";

    /// <summary>Says that <paramref name="bytes"/> of <paramref name="total"/> are done.</summary>
    public void Report(long bytes, long? total = null)
    {
        lock (_lock)
        {
            Bytes = bytes;
            if (!IsTerminal || Environment.TickCount64 - _shownAt < 100)
            {
                return;
            }
            _shownAt = Environment.TickCount64;
            _shown = true;
            string of = total is long t ? $" of {ByteCount.Format(t)}" : "";
            output.Write($"\r{name,-8} {ByteCount.Format(bytes)}{of}\u001b[K");
        }
    }

    /// <summary>Prints what is done with less than was asked for, a sentence a line.</summary>
    public void Warn(IEnumerable<string> warnings)
    {
        Clear();
        foreach (string warning in warnings)
        {
            output.WriteLine($"{name,-8} note: {warning}");
        }
    }

    /// <summary>Takes the progress line away.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            if (_shown)
            {
                output.Write("\r\u001b[K");
                _shown = false;
            }
        }
    }
}
