using System.Security.Cryptography;
using System.Text;
using Oci.Common.Linux;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>A tree beside the root that nothing may touch: <c>outside</c>, with what attackers aim at.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
internal sealed class Sentinel
{
    private const string Content = "the content of the secret, which must not be read";

    private readonly string[] _before;

    public Sentinel(string directory)
    {
        Path = System.IO.Path.Combine(directory, "outside");
        Directory.CreateDirectory(Combine("dir"));
        Directory.CreateDirectory(Combine("b"));
        foreach (string file in (string[])["secret", "dir/file", "b/file", "b/c"])
        {
            File.WriteAllText(Combine(file), Content);
            File.SetUnixFileMode(Combine(file), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
            File.SetLastWriteTimeUtc(Combine(file), DateTime.UnixEpoch.AddDays(1));
        }
        File.CreateSymbolicLink(Combine("link"), "dir");
        SetXattr(Combine("secret"));
        SetXattr(Path);
        _before = TreeListing.Of(Path);
    }

    public string Path { get; }

    /// <summary>Fails unless all is as it was: names, content, modes, owners, times, attributes, number of links.</summary>
    public void AssertUntouched(string attack)
    {
        string[] now = TreeListing.Of(Path);
        Assert.True(_before.SequenceEqual(now), $"{attack} reached the outside:\n{string.Join('\n', now.Except(_before).Concat(_before.Except(now)))}");
        Assert.True(FileStat.Of(Combine("secret")).stx_nlink == 1, $"{attack} made a hardlink to the outside.");
    }

    /// <summary>Fails where a file of a root has the content of the secret.</summary>
    public static void AssertNotCopiedTo(string root, string attack)
    {
        string hash = Convert.ToHexString(SHA256.HashData(Encoding.ASCII.GetBytes(Content)))[..16];
        string[] copies = [.. TreeListing.Of(root).Where(line => line.Contains(hash, StringComparison.Ordinal))];
        Assert.True(copies.Length == 0, $"{attack} read the outside into {string.Join(", ", copies)}.");
    }

    private string Combine(string name) => System.IO.Path.Combine(Path, name);

    // A file system without them is as good a sentinel.
    private static void SetXattr(string path) =>
        Libc.Lsetxattr(Encoding.UTF8.GetBytes(path + '\0'), "user.mark\0"u8, "mine"u8);
}
