using System.Diagnostics;

namespace Oci.Interop.Tests.Layouts;

/// <summary>A process that writes layouts and archives when told, line by line.</summary>
internal sealed class StoreWorker : IDisposable
{
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Oci.StoreWorker.dll");

    private readonly Process _process;

    private StoreWorker(Process process) => _process = process;

    public int Id => _process.Id;

    /// <summary>Starts a worker with one thread in its pool, so that its system calls come from one thread and in one order.</summary>
    public static StoreWorker Start()
    {
        var start = new ProcessStartInfo("dotnet", [Program]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["DOTNET_PROCESSOR_COUNT"] = "1";
        start.Environment["DOTNET_ThreadPool_ForceMaxWorkerThreads"] = "1";
        start.Environment["DOTNET_TieredPGO"] = "0";
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        return new StoreWorker(Process.Start(start)!);
    }

    public void Tell(string command) => _process.StandardInput.WriteLine(command);

    /// <summary>The answer to a command; <see langword="null"/> where the worker has ended.</summary>
    public Task<string?> ReadAsync() => _process.StandardOutput.ReadLineAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token).AsTask();

    public async Task<string> RunAsync(string command)
    {
        Tell(command);
        return await ReadAsync() ?? throw new InvalidOperationException($"The worker ended at '{command}'.");
    }

    public Task WaitAsync() => _process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromMinutes(1)).Token);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }
        _process.StandardInput.Dispose();
        _process.StandardOutput.Dispose();
        _process.Dispose();
    }
}
