using System.Diagnostics;
using Oci.Benchmarks.SideBySide;
using Oci.Image.Layers;
using Oci.Image.RootFilesystems;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A gzip layer of this machine's own files, verified and unpacked, against GNU tar, which verifies nothing.</summary>
internal sealed class UnpackComparison : Comparison
{
    private const long UncompressedSize = 560L << 20;

    private readonly string _folder = Directory.CreateTempSubdirectory("oci-benchmark-").FullName;

    public override string Name => "Unpack";

    public override string Description => "A gzip layer of about 200 MB, made of files under /usr: unpacked to a new directory. The SDK checks size, digest and DiffID on the way.";

    public override async Task<IReadOnlyList<Contestant>> PrepareAsync()
    {
        string blob = Path.Combine(_folder, "layer.tar.gz");
        LayerDigests digests = await PackAsync(blob);
        string target = Path.Combine(_folder, "root");
        var layer = new UnpackLayer
        {
            Descriptor = digests.Descriptor,
            DiffId = digests.DiffId,
            OpenAsync = _ => Task.FromResult<Stream>(File.OpenRead(blob)),
        };
        Console.WriteLine($"{digests.Descriptor.Size / 1e6:N0} MB compressed, {digests.UncompressedSize / 1e6:N0} MB as tar");
        return
        [
            new("tar -xzf", () => RunTarAsync(blob, target), () => Directory.Delete(target, recursive: true)),
            new("ImageUnpacker", () => new ImageUnpacker().UnpackAsync([layer], target), () => Directory.Delete(target, recursive: true)),
        ];
    }

    public override void Dispose() => Directory.Delete(_folder, recursive: true);

    private static async Task RunTarAsync(string blob, string target)
    {
        Directory.CreateDirectory(target);
        await RunAsync(["-xzf", blob, "-C", target], output: null, input: null);
    }

    /// <summary>Packs files under /usr, in the order of their names, until there are enough.</summary>
    private static async Task<LayerDigests> PackAsync(string blob)
    {
        using var list = new MemoryStream();
        long size = 0;
        var options = new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (FileInfo file in new DirectoryInfo("/usr").EnumerateFiles("*", options).OrderBy(file => file.FullName, StringComparer.Ordinal).TakeWhile(_ => size < UncompressedSize))
        {
            size += file.Length + 1024;
            list.Write(System.Text.Encoding.UTF8.GetBytes(file.FullName[1..] + '\0'));
        }
        list.Position = 0;
        await using FileStream destination = File.Create(blob);
        await using var writer = new LayerWriter(destination);
        await RunAsync(["-cf", "-", "-C", "/", "--null", "--no-recursion", "-T", "-"], writer.Archive, list);
        return await writer.CompleteAsync();
    }

    private static async Task RunAsync(string[] arguments, Stream? output, Stream? input)
    {
        using Process process = Process.Start(new ProcessStartInfo("tar", arguments) { RedirectStandardInput = true, RedirectStandardOutput = output is not null })!;
        Task feed = FeedAsync(process, input);
        if (output is not null)
        {
            await process.StandardOutput.BaseStream.CopyToAsync(output);
        }
        await feed;
        await process.WaitForExitAsync();
        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"tar {string.Join(' ', arguments)} exited with {process.ExitCode}.");
        }
    }

    private static async Task FeedAsync(Process process, Stream? input)
    {
        if (input is not null)
        {
            await input.CopyToAsync(process.StandardInput.BaseStream);
        }
        process.StandardInput.Close();
    }
}
