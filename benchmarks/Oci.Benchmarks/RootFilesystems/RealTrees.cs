using System.Text;
using Oci.Benchmarks.SideBySide;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>The trees that comparisons run on. Removed when this is disposed.</summary>
internal sealed class RealTrees : IDisposable
{
    private const int SmallFiles = 100_000;
    private const long BinaryBytes = 600_000_000;

    private readonly Lazy<WorkFolder> _folder = new(() => new WorkFolder());
    private IReadOnlyList<RealTree>? _all;

    public IReadOnlyList<RealTree> All => _all ??=
    [
        new("Debian", "a Debian 12 root by debootstrap (minbase), without its package cache", _folder.Value, MakeDebianAsync),
        new("SmallFiles", $"{SmallFiles:N0} files of up to 3 KB in 1,000 directories", _folder.Value, MakeSmallFilesAsync),
        new("Binaries", "600 MB of this machine's programs and libraries", _folder.Value, MakeBinariesAsync),
    ];

    public void Dispose()
    {
        if (_folder.IsValueCreated)
        {
            _folder.Value.Dispose();
        }
    }

    private static async Task MakeDebianAsync(string path)
    {
        await Tool.RunAsync("debootstrap", "--variant=minbase", "bookworm", path);
        foreach (string package in Directory.GetFiles(Path.Combine(path, "var/cache/apt/archives"), "*.deb"))
        {
            File.Delete(package);
        }
    }

    private static Task MakeSmallFilesAsync(string path)
    {
        var random = new Random(1);
        string[] words = [.. Enumerable.Range(0, 400).Select(_ => random.NextInt64(1L << 48).ToString("x12") + " ")];
        var text = new StringBuilder();
        for (int i = 0; i < SmallFiles; i++)
        {
            string folder = Path.Combine(path, $"package-{i / 2500:d2}", $"module-{i / 100 % 25:d2}");
            if (i % 100 == 0)
            {
                Directory.CreateDirectory(folder);
            }
            text.Clear();
            for (int length = random.Next(1, 3000); text.Length < length;)
            {
                text.Append(words[random.Next(words.Length)]);
            }
            File.WriteAllText(Path.Combine(folder, $"file-{i % 100:d2}.js"), text.ToString());
        }
        return Task.CompletedTask;
    }

    private static Task MakeBinariesAsync(string path)
    {
        long size = 0;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true };
        IEnumerable<FileInfo> files = new[] { "/usr/bin", "/usr/lib" }
            .SelectMany(folder => new DirectoryInfo(folder).EnumerateFiles("*", options).OrderBy(file => file.FullName, StringComparer.Ordinal))
            .Where(IsProgram);
        foreach (FileInfo file in files)
        {
            if (size + file.Length > BinaryBytes)
            {
                continue;
            }
            size += file.Length;
            string copy = path + file.FullName;
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            file.CopyTo(copy);
        }
        return Task.CompletedTask;
    }

    private static bool IsProgram(FileInfo file)
    {
        Span<byte> magic = stackalloc byte[4];
        using FileStream content = file.OpenRead();
        return content.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.SequenceEqual("\u007fELF"u8);
    }
}
