using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Oci.Runtime.Linux.Processes;

/// <summary>What the kernel tells of a pidfd in its fdinfo (pidfd_open(2), proc(5)).</summary>
internal static class PidfdInfo
{
    /// <summary>The process's number in this process's pid namespace; -1 where it has been waited for.</summary>
    public static int GetPid(SafeFileHandle pidfd)
    {
        string path = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fdinfo/{pidfd.DangerousGetHandle()}");
        return ParsePid(File.ReadAllText(path));
    }

    /// <summary>The number on the line <c>Pid:</c>.</summary>
    internal static int ParsePid(ReadOnlySpan<char> fdinfo)
    {
        foreach (ReadOnlySpan<char> line in fdinfo.EnumerateLines())
        {
            if (line.StartsWith("Pid:", StringComparison.Ordinal))
            {
                return int.Parse(line[4..].Trim(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
            }
        }
        throw new InvalidDataException("The kernel's fdinfo of a pidfd has no line Pid:.");
    }
}
