namespace Quickstart.MachineImages;

/// <summary>Finds the files that a program needs at run time, as the dynamic linker would (ld.so(8)).</summary>
internal static class SharedLibraries
{
    /// <summary>The program, its interpreter and every library it needs, directly or not.</summary>
    public static IReadOnlyCollection<string> FindClosure(IEnumerable<string> programs)
    {
        var found = new SortedSet<string>(StringComparer.Ordinal);
        var pending = new Queue<string>(programs);
        List<string> systemFolders = ReadSystemFolders();
        while (pending.TryDequeue(out string? path))
        {
            if (!found.Add(path) || ElfFile.TryRead(path) is not { } elf)
            {
                continue;
            }
            if (elf.Interpreter is { } interpreter)
            {
                pending.Enqueue(interpreter);
            }
            string origin = Path.GetDirectoryName(path)!;
            IEnumerable<string> folders = elf.SearchPaths
                .Select(p => p.Replace("$ORIGIN", origin).Replace("${ORIGIN}", origin))
                .Concat(systemFolders);
            foreach (string name in elf.Needed)
            {
                pending.Enqueue(Find(name, folders, elf.Machine)
                    ?? throw new FileNotFoundException($"{path} needs the library {name}, which is in none of the folders that ld.so searches."));
            }
        }
        return found;
    }

    private static string? Find(string name, IEnumerable<string> folders, ushort machine) =>
        name.Contains('/')
            ? name
            : folders.Select(folder => Path.Combine(folder, name))
                .FirstOrDefault(path => File.Exists(path) && ElfFile.TryRead(path)?.Machine == machine);

    private static List<string> ReadSystemFolders()
    {
        var folders = new List<string>();
        ReadConfig("/etc/ld.so.conf", folders, depth: 0);
        folders.AddRange(["/lib64", "/usr/lib64", "/lib", "/usr/lib"]);
        return folders;
    }

    private static void ReadConfig(string path, List<string> folders, int depth)
    {
        const int maxDepth = 4;
        if (depth > maxDepth || !File.Exists(path))
        {
            return;
        }
        foreach (string line in File.ReadLines(path).Select(l => l.Split('#')[0].Trim()).Where(l => l.Length > 0))
        {
            if (line.StartsWith("include ", StringComparison.Ordinal))
            {
                string pattern = Path.Combine("/etc", line["include ".Length..].Trim());
                string folder = Path.GetDirectoryName(pattern)!;
                if (Directory.Exists(folder))
                {
                    foreach (string file in Directory.GetFiles(folder, Path.GetFileName(pattern)).Order(StringComparer.Ordinal))
                    {
                        ReadConfig(file, folders, depth + 1);
                    }
                }
            }
            else if (line.StartsWith('/'))
            {
                folders.Add(line);
            }
        }
    }
}
