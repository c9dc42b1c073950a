using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

public sealed class RootDirectoryTests
{
    /// <summary>Both ways to resolve must agree on every path, for whatever links a root has.</summary>
    [Fact]
    public void OpenDirectory_ByComponent_AgreesWithOpenat2()
    {
        Requires.Linux();
        using (var probe = new TempDirectory())
        using (RootDirectory root = RootDirectory.Open(probe.Path))
        {
            root.OpenDirectory(".\0"u8, out SafeFileHandle? handle);
            handle?.Dispose();
            Assert.SkipWhen(root.WalksByComponent, "Needs openat2, which this kernel or its filter refuses.");
        }

        Gen<string> component = Gen.Elements("a", "b", "c", "d", "..", ".");
        Gen<string> path = Gen.Choose(1, 5).SelectMany(count => component.ListOf(count)).Select(parts => string.Join('/', parts));
        Gen<string> target = Gen.Elements("", "/", "../", "../../", "/../").SelectMany(start => path.Select(rest => start + rest));
        Gen<(string, string)[]> tree = Gen.Zip(path, target).ListOf(8).Select(entries => entries.ToArray());
        Gen<string[]> questions = target.ListOf(12).Select(paths => paths.ToArray());

        Prop.ForAll(Arb.From(Gen.Zip(tree, questions)), input =>
        {
            using var temp = new TempDirectory();
            string rootPath = temp.Combine("outer", "root");
            Directory.CreateDirectory(rootPath);
            Plant(rootPath, input.Item1);
            using RootDirectory byKernel = RootDirectory.Open(rootPath);
            using RootDirectory byHand = RootDirectory.Open(rootPath);
            byHand.WalksByComponent = true;
            return input.Item2.All(question => Ask(byKernel, question) == Ask(byHand, question) && !byKernel.WalksByComponent);
        }).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void OpenDirectory_LinkChainOf40_OpensAndOf41_IsALoop(bool byComponent)
    {
        Requires.Linux();
        using var temp = new TempDirectory();
        Directory.CreateDirectory(temp.Combine("end"));
        File.CreateSymbolicLink(temp.Combine("l1"), "end");
        for (int i = 2; i <= 41; i++)
        {
            File.CreateSymbolicLink(temp.Combine($"l{i}"), $"l{i - 1}");
        }
        using RootDirectory root = RootDirectory.Open(temp.Path);
        root.WalksByComponent = byComponent;

        Assert.Equal(Errno.None, root.OpenDirectory("l40\0"u8, out SafeFileHandle? handle));
        handle!.Dispose();
        Assert.Equal(Errno.ELOOP, root.OpenDirectory("l41\0"u8, out _));
    }

    [Fact]
    public void OpenOrMakeDirectory_DanglingLinkOutOfTheRoot_MakesItsTargetInTheRoot()
    {
        Requires.Linux();
        using var temp = new TempDirectory();
        string outside = temp.Combine("outside");
        string rootPath = temp.Combine("root");
        Directory.CreateDirectory(rootPath);
        File.CreateSymbolicLink(Path.Combine(rootPath, "out"), $"../../../../..{outside}");
        using RootDirectory root = RootDirectory.Open(rootPath);
        var made = new List<string>();

        Errno errno = root.OpenOrMakeDirectory("out/x\0"u8, (_, _, name) => made.Add(Encoding.UTF8.GetString(name[..^1])), out SafeFileHandle? handle);

        Assert.Equal(Errno.None, errno);
        handle!.Dispose();
        Assert.False(Directory.Exists(outside));
        Assert.True(Directory.Exists(rootPath + outside + "/x"));
        Assert.Equal([.. outside.Split('/', StringSplitOptions.RemoveEmptyEntries), "x"], made);
    }

    /// <summary>Makes links at paths that are themselves resolved in the root, since a link may point anywhere.</summary>
    private static void Plant(string rootPath, (string Path, string Target)[] entries)
    {
        Directory.CreateDirectory(Path.Combine(rootPath, "a", "b"));
        File.WriteAllText(Path.Combine(rootPath, "d"), "");
        using RootDirectory root = RootDirectory.Open(rootPath);
        foreach ((string path, string target) in entries)
        {
            // Where the parent is a file or a loop, or the name in use, the tree is as good without the link.
            string parent = Path.GetDirectoryName(path) is { Length: > 0 } above ? above : ".";
            if (root.OpenOrMakeDirectory(Terminate(parent), (_, _, _) => { }, out SafeFileHandle? handle) == Errno.None)
            {
                using (handle)
                {
                    Libc.Symlinkat(Terminate(target), handle!, Terminate(Path.GetFileName(path)));
                }
            }
        }
    }

    private static byte[] Terminate(string path) => Encoding.UTF8.GetBytes(path + '\0');

    /// <summary>The inode that a path leads to, or the errno.</summary>
    private static string Ask(RootDirectory root, string path)
    {
        Errno errno = root.OpenDirectory(Terminate(path), out SafeFileHandle? handle);
        using (handle)
        {
            if (errno != Errno.None)
            {
                return errno.ToString();
            }
            Assert.Equal(Errno.None, Libc.Statx(handle!, Libc.STATX_INO, out Libc.FileStatus status));
            return status.stx_ino.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
