using Oci.Image.Tar;

namespace Oci.Benchmarks;

/// <summary>Content as layers have it: this machine's own libraries and documents.</summary>
internal static class LayerContent
{
    /// <summary>Writes files of <c>/usr</c>, in the order of their names, until <paramref name="bytes"/> are reached; again from the start if need be.</summary>
    public static async Task WriteAsync(TarWriter tar, long bytes)
    {
        string[] files = Directory.GetFiles("/usr", "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = true });
        Array.Sort(files, StringComparer.Ordinal);
        for (int i = 0; tar.Position < bytes; i++)
        {
            // A stride spreads the choice over all folders.
            string file = files[(int)(i * 7919L % files.Length)];
            byte[] content;
            try
            {
                content = await File.ReadAllBytesAsync(file);
            }
            catch (UnauthorizedAccessException)
            {
                continue;
            }
            await tar.WriteEntryAsync(new TarHeader { Name = System.Text.Encoding.UTF8.GetBytes($"{i}{file}"), Size = content.Length }, content);
        }
    }
}
