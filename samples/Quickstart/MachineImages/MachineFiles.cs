namespace Quickstart.MachineImages;

/// <summary>The files of this machine that make the smallest root filesystem with a shell.</summary>
/// <param name="Description">What was chosen, in words.</param>
/// <param name="Files">Path in the image (without the leading slash) to path on this machine.</param>
/// <param name="Links">Symbolic links in the image: path to target.</param>
internal sealed record MachineFiles(string Description, IReadOnlyDictionary<string, string> Files, IReadOnlyDictionary<string, string> Links)
{
    private static readonly string[] Applets = ["sh", "ls", "cat", "echo", "id", "uname", "hostname", "sleep", "ps", "mount", "env", "true", "false"];
    private static readonly string[] Programs = ["ls", "cat", "id", "uname", "sleep", "env", "true", "false"];

    /// <summary>Takes busybox where this machine has one, else its shell and a few of its commands.</summary>
    /// <exception cref="FileNotFoundException">There is neither.</exception>
    public static MachineFiles Find()
    {
        if (FindProgram("busybox") is { } busybox)
        {
            return Collect($"busybox ({busybox})", new() { ["bin/busybox"] = busybox }, Applets.ToDictionary(a => $"bin/{a}", _ => "busybox"));
        }
        string shell = new[] { "dash", "sh", "bash" }.Select(FindProgram).FirstOrDefault(p => p is not null)
            ?? throw new FileNotFoundException("This machine has neither busybox nor a shell on its PATH to make an image of. Install busybox, or name an image: Quickstart -- SOURCE.");
        var files = new Dictionary<string, string> { ["bin/sh"] = shell };
        foreach (string name in Programs)
        {
            if (FindProgram(name) is { } program)
            {
                files[$"bin/{name}"] = program;
            }
        }
        return Collect($"the shell {shell}", files, []);
    }

    private static MachineFiles Collect(string description, Dictionary<string, string> programs, Dictionary<string, string> links)
    {
        var files = new SortedDictionary<string, string>(programs, StringComparer.Ordinal);
        foreach (string path in SharedLibraries.FindClosure(programs.Values).Except(programs.Values))
        {
            files[path.TrimStart('/')] = path;
        }
        string libraries = files.Count > programs.Count ? $" and {files.Count - programs.Count} shared libraries" : ", linked statically";
        return new MachineFiles(description + libraries, files, links);
    }

    private static string? FindProgram(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "/usr/bin:/bin").Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Concat(["/usr/bin", "/bin"])
            .Select(folder => Path.Combine(folder, name))
            .FirstOrDefault(File.Exists);
}
