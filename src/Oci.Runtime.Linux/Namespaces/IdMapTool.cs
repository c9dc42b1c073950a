using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Namespaces;

/// <summary>newuidmap(1) and newgidmap(1), which map subordinate ids for an ordinary user.</summary>
internal static class IdMapTool
{
    private static readonly string[] Folders = ["/usr/bin", "/bin", "/usr/local/bin"];

    /// <summary>The full path of the program; null where it is not installed.</summary>
    /// <remarks>PATH is not asked: it is the caller's to write, and the program gets a privileged job.</remarks>
    public static string? Find(string name) =>
        Folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The arguments: the process, then three numbers a range.</summary>
    public static IReadOnlyList<string> Arguments(int pid, IReadOnlyList<LinuxIdMapping> mappings)
    {
        List<string> arguments = [Text((uint)pid)];
        foreach (LinuxIdMapping mapping in mappings)
        {
            arguments.AddRange([Text(mapping.ContainerId), Text(mapping.HostId), Text(mapping.Size)]);
        }
        return arguments;
    }

    /// <summary>Runs the program and waits for it.</summary>
    /// <exception cref="IOException">It is not there, or refused; the message holds what it said.</exception>
    public static async Task RunAsync(string name, int pid, IReadOnlyList<LinuxIdMapping> mappings, CancellationToken cancellationToken)
    {
        string program = Find(name) ?? throw new IOException($"{name} is not installed, and more than one id is to be mapped. Debian: apt-get install uidmap.");
        var start = new ProcessStartInfo(program, Arguments(pid, mappings)) { RedirectStandardError = true, RedirectStandardInput = true, RedirectStandardOutput = true };
        using Process process = Start(start);
        process.StandardInput.Close();
        // A Process closes no stream that was asked for: these would stay open until they are collected.
        using StreamReader outputReader = process.StandardOutput;
        using StreamReader errorReader = process.StandardError;
        try
        {
            Task<string> output = outputReader.ReadToEndAsync(cancellationToken);
            string error = await errorReader.ReadToEndAsync(cancellationToken).ConfigureAwait(false);
            await process.WaitForExitAsync(cancellationToken).ConfigureAwait(false);
            _ = await output.ConfigureAwait(false);
            if (process.ExitCode != 0)
            {
                throw new IOException($"{program} refused the mapping (exit code {process.ExitCode}): {error.Trim()} Check /etc/subuid and /etc/subgid, and that the program is setuid root.");
            }
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    private static Process Start(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new IOException($"{start.FileName} could not be started: {e.Message}", e);
        }
    }

    private static string Text(uint value) => value.ToString(CultureInfo.InvariantCulture);
}
