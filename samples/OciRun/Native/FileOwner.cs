using System.Globalization;
using System.Runtime.InteropServices;

namespace OciRun.Native;

/// <summary>The owner of a file, which the class library does not tell.</summary>
internal static partial class FileOwner
{
    private const int AT_FDCWD = -100;
    private const uint STATX_UID = 0x8;

    /// <summary>The user's name, or number where it has none; empty where the file is gone.</summary>
    public static unsafe string NameOf(string path)
    {
        // struct statx is 256 bytes, stx_uid is at 20 (statx(2)).
        byte* status = stackalloc byte[256];
        if (Statx(AT_FDCWD, path, 0, STATX_UID, status) != 0)
        {
            return "";
        }
        string uid = (*(uint*)(status + 20)).ToString(CultureInfo.InvariantCulture);
        return FindName(uid) ?? $"#{uid}";
    }

    private static string? FindName(string uid)
    {
        const string Users = "/etc/passwd";
        if (!File.Exists(Users))
        {
            return null;
        }
        foreach (string line in File.ReadLines(Users))
        {
            string[] fields = line.Split(':');
            if (fields.Length > 2 && fields[2] == uid)
            {
                return fields[0];
            }
        }
        return null;
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Statx(int directory, string path, int flags, uint mask, byte* status);
}
