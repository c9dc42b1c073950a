using System.Diagnostics;

namespace Oci.Benchmarks.SideBySide;

/// <summary>Runs programs that a comparison is made with.</summary>
internal static class Tool
{
    /// <summary>Runs a program to its end; its output is dropped.</summary>
    /// <exception cref="InvalidOperationException">It failed: the message has its errors.</exception>
    public static Task RunAsync(string program, params string[] arguments) => ReadAsync(program, arguments);

    /// <summary>Runs a program to its end and returns its output.</summary>
    /// <exception cref="InvalidOperationException">It failed: the message has its errors.</exception>
    public static async Task<string> ReadAsync(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        string errors = await process.StandardError.ReadToEndAsync();
        string text = await output;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} exited with {process.ExitCode}: {errors}");
        }
        return text;
    }

    /// <summary>Removes a tree, whatever is in it.</summary>
    public static void Remove(string path)
    {
        if (Directory.Exists(path))
        {
            Oci.Image.RootFilesystems.RootFilesystem.Delete(path);
        }
    }
}
