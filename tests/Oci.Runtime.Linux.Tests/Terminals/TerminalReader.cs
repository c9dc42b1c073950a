using System.Text;
using Oci.Runtime.Linux.Terminals;

namespace Oci.Runtime.Linux.Tests.Terminals;

/// <summary>What a terminal shows, read up to where a test wants it, in a time that no healthy machine needs.</summary>
internal sealed class TerminalReader(Stream stream)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);
    private readonly StringBuilder _seen = new();
    private int _taken;

    public TerminalReader(ContainerTerminal terminal)
        : this(terminal.Stream)
    {
    }

    /// <summary>Reads until the text is there; gives all since the last call, up to it.</summary>
    public async Task<string> ReadToAsync(string text)
    {
        using var patience = new CancellationTokenSource(s_patience);
        byte[] buffer = new byte[4096];
        int at;
        while ((at = _seen.ToString().IndexOf(text, _taken, StringComparison.Ordinal)) < 0)
        {
            try
            {
                int count = await stream.ReadAsync(buffer, patience.Token);
                Assert.True(count > 0, $"The terminal ended without '{text}': {_seen}");
                _seen.Append(Encoding.UTF8.GetString(buffer, 0, count));
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"No '{text}' within {s_patience.TotalSeconds} s: {_seen}");
            }
        }
        string part = _seen.ToString(_taken, at + text.Length - _taken);
        _taken = at + text.Length;
        return part;
    }

    /// <summary>All that is left, with the line ends of a file.</summary>
    public async Task<string> ReadToEndAsync()
    {
        using var patience = new CancellationTokenSource(s_patience);
        byte[] buffer = new byte[4096];
        int count;
        while ((count = await stream.ReadAsync(buffer, patience.Token)) > 0)
        {
            _seen.Append(Encoding.UTF8.GetString(buffer, 0, count));
        }
        string rest = _seen.ToString(_taken, _seen.Length - _taken);
        _taken = _seen.Length;
        return rest.Replace("\r\n", "\n", StringComparison.Ordinal);
    }

    public async Task TypeAsync(string text) => await stream.WriteAsync(Encoding.UTF8.GetBytes(text));
}
