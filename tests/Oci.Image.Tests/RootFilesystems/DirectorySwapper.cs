using System.Text;
using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;
using Oci.Image.RootFilesystems;

namespace Oci.Image.Tests.RootFilesystems;

/// <summary>
/// Someone with rights in a root who exchanges its directories for links to the outside and back, as fast as the kernel
/// can, while it is unpacked into. By renameat2 with RENAME_EXCHANGE, so that a name is never missing.
/// </summary>
internal sealed class DirectorySwapper : IDisposable
{
    private readonly string _directory;
    private readonly string[] _victims;
    private readonly Thread _thread;
    private volatile bool _stop;

    /// <summary>Starts to exchange.</summary>
    /// <param name="directory">Where the root is, and the attacker's own folder is made.</param>
    /// <param name="outside">What the links lead to.</param>
    /// <param name="victims">Names from <paramref name="directory"/> to exchange.</param>
    public DirectorySwapper(string directory, string outside, params string[] victims)
    {
        _directory = directory;
        _victims = victims;
        Directory.CreateDirectory(Path.Combine(directory, "bait"));
        for (int i = 0; i < victims.Length; i++)
        {
            File.CreateSymbolicLink(Path.Combine(directory, "bait", $"{i}"), outside);
        }
        _thread = new Thread(Run) { IsBackground = true };
        _thread.Start();
    }

    /// <summary>How often a link took the place of something in the root.</summary>
    public long Swaps { get; private set; }

    public void Dispose()
    {
        _stop = true;
        _thread.Join();
        Remove(_directory, "bait\0"u8);
    }

    /// <summary>Removes a name with all below it by handles: by paths a removal would lose the race and go through a link.</summary>
    public static void Remove(string directory, ReadOnlySpan<byte> name)
    {
        using RootDirectory parent = RootDirectory.Open(directory);
        for (int i = 0; i < 1000; i++)
        {
            try
            {
                new TreeRemover(directories: null).Remove(parent.Handle, parentInode: 0, name);
                return;
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The attacker was faster: again.
            }
        }
        throw new IOException("The attacker was faster a thousand times.");
    }

    private void Run()
    {
        using RootDirectory at = RootDirectory.Open(_directory);
        byte[][][] victims = [.. _victims.Select(path => path.Split('/').Select(name => Encoding.UTF8.GetBytes(name + '\0')).ToArray())];
        byte[][] baits = [.. _victims.Select((_, i) => Encoding.UTF8.GetBytes($"bait/{i}\0"))];
        while (!_stop)
        {
            for (int i = 0; i < victims.Length; i++)
            {
                // By handles, so that the attacker itself goes through none of its links.
                using SafeFileHandle? parent = Open(at.Handle, victims[i].AsSpan()[..^1]);
                if (parent is not null && Exchange(at.Handle, baits[i], parent, victims[i][^1]))
                {
                    Swaps++;
                    Exchange(at.Handle, baits[i], parent, victims[i][^1]);
                }
            }
        }
    }

    private static SafeFileHandle? Open(SafeFileHandle at, ReadOnlySpan<byte[]> path)
    {
        Libc.Openat(at, ".\0"u8, Libc.O_PATH, 0, out SafeFileHandle? directory);
        foreach (byte[] name in path)
        {
            using SafeFileHandle? above = directory;
            if (above is null)
            {
                return null;
            }
            Libc.Openat(above, name, Libc.O_PATH | Libc.O_DIRECTORY | Libc.O_NOFOLLOW, 0, out directory);
        }
        return directory;
    }

    private static bool Exchange(SafeFileHandle baits, byte[] bait, SafeFileHandle parent, byte[] victim) =>
        Libc.Renameat2(parent, victim, baits, bait, Libc.RENAME_EXCHANGE) == Errno.None;
}
