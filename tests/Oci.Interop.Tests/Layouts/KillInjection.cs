using System.Diagnostics;

namespace Oci.Interop.Tests.Layouts;

/// <summary>Kills a worker at the Nth system call of a kind, for N from one until a run survives.</summary>
/// <remarks>strace(1), "inject": SIGKILL comes on entry, so the call is not made. It is attached when the worker is up, so that only the command's own calls count.</remarks>
internal static class KillInjection
{
    /// <summary>The calls that change what others see, each of which is tried; between two of them the disk is the same.</summary>
    public static readonly string[] Changing = ["rename", "unlink", "mkdir", "pwrite64", "utimensat", "ftruncate"];

    /// <summary>The calls that make files, wait for the disk or lock. Most of them leave the disk as it was, so some are tried.</summary>
    public static readonly string[] Other = ["openat", "fsync", "flock"];

    /// <summary>Runs the command once for every kill. Several runs go on at once.</summary>
    /// <param name="strace">The program.</param>
    /// <param name="step">Every how manyth call of <see cref="Other"/> is tried.</param>
    /// <param name="prepare">Gives a place of its own for a run, and the command for it.</param>
    /// <param name="verify">Looks at what the killed command left; the second argument says which kill it was.</param>
    /// <returns>The number of kills.</returns>
    public static async Task<int> RunAsync(string strace, int step, Func<string, string> prepare, Func<string, string, Task> verify)
    {
        int kills = 0;
        IEnumerable<(string Syscall, int Step)> all = Changing.Select(name => (name, 1)).Concat(Other.Select(name => (name, step)));
        await Parallel.ForEachAsync(all, new ParallelOptions { MaxDegreeOfParallelism = 3 }, async (kind, _) =>
        {
            for (int n = 1; ; n += kind.Step)
            {
                Assert.InRange(n, 1, 500);
                string run = $"{kind.Syscall}-{n}";
                if (!await IsKilledAsync(strace, kind.Syscall, n, kind.Syscall == "openat" ? prepare($"warm-{run}") : "ready", prepare(run)))
                {
                    break;
                }
                Interlocked.Increment(ref kills);
                await verify(run, $"killed at {kind.Syscall} number {n}");
            }
        });
        return kills;
    }

    private static async Task<bool> IsKilledAsync(string strace, string syscall, int n, string warmUp, string command)
    {
        using StoreWorker worker = StoreWorker.Start();
        // The runtime opens libraries when their code is first met, and makes no other of these calls.
        await worker.RunAsync(warmUp);
        var start = new ProcessStartInfo(strace, ["-f", "-o", "/dev/null", "-p", $"{worker.Id}", "-e", $"trace={syscall}", "-e", $"inject={syscall}:signal=SIGKILL:when={n}"]) { RedirectStandardError = true };
        using Process tracer = Process.Start(start)!;
        try
        {
            // "Process N attached", or for several threads "... attached with M threads".
            string? line = await tracer.StandardError.ReadLineAsync();
            Assert.True(line?.Contains("attached", StringComparison.Ordinal), line);
            worker.Tell(command);
            bool isKilled = await worker.ReadAsync() is null;
            if (isKilled)
            {
                await worker.WaitAsync();
            }
            return isKilled;
        }
        finally
        {
            // With its tracee gone it ends; a surviving worker is let go by killing the tracer.
            if (!tracer.HasExited)
            {
                tracer.Kill();
            }
            await tracer.WaitForExitAsync();
            tracer.StandardError.Dispose();
        }
    }
}
