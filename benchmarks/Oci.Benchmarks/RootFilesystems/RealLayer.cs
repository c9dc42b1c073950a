using System.Diagnostics;
using Oci.Image.Layers;

namespace Oci.Benchmarks.RootFilesystems;

/// <summary>A gzip layer of about 200 MB, made of this machine's own files by GNU tar.</summary>
internal static class RealLayer
{
    private const long UncompressedSize = 560L << 20;

    /// <summary>Unpacks the layer by GNU tar, which verifies nothing.</summary>
    public static async Task ExtractByTarAsync(string blob, string target)
    {
        Directory.CreateDirectory(target);
        await RunAsync(["-xzf", blob, "-C", target], output: null, input: null);
    }

    /// <summary>Packs files under /usr, in the order of their names, until there are enough.</summary>
    public static async Task<LayerDigests> WriteAsync(string blob)
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
