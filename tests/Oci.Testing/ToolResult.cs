using System.Diagnostics;
using Xunit;

namespace Oci.Testing;

/// <summary>What a program printed and how it ended.</summary>
public sealed record ToolResult(int ExitCode, string Output, string Error)
{
    /// <summary>Runs a program to its end; it is killed, with its children, after <paramref name="timeout"/> (default one minute).</summary>
    public static async Task<ToolResult> RunAsync(string fileName, IEnumerable<string> arguments, TimeSpan? timeout = null, IReadOnlyDictionary<string, string?>? environment = null)
    {
        var start = new ProcessStartInfo(fileName, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
        };
        foreach ((string name, string? value) in environment ?? new Dictionary<string, string?>())
        {
            start.Environment[name] = value;
        }
        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        // A Process closes no stream that was asked for: these would stay open until they are collected.
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        using var cancellation = new CancellationTokenSource(timeout ?? TimeSpan.FromMinutes(1));
        Task<string> output = outputReader.ReadToEndAsync(cancellation.Token);
        Task<string> error = errorReader.ReadToEndAsync(cancellation.Token);
        try
        {
            await process.WaitForExitAsync(cancellation.Token);
            return new ToolResult(process.ExitCode, await output, await error);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{fileName} {string.Join(' ', arguments)} did not end in time.");
        }
    }

    /// <summary>Fails the test, with what the program printed, unless it exited 0.</summary>
    public ToolResult EnsureSuccess()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}\n{Output}\n{Error}");
        return this;
    }
}
