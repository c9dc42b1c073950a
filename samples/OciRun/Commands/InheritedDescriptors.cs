using System.Globalization;
using Microsoft.Win32.SafeHandles;
using OciRun.CommandLine;

namespace OciRun.Commands;

/// <summary>The descriptors from 3 on that a program is to get: those of socket activation (sd_listen_fds(3)), and those of <c>--preserve-fds</c>.</summary>
internal sealed record InheritedDescriptors(IReadOnlyList<SafeFileHandle> Handles, IReadOnlyList<string> Env)
{
    private const int First = 3;

    public static InheritedDescriptors From(OptionValues options)
    {
        int listening = ReadListenFds();
        int count = listening + options.Count(Options.PreserveFds);
        var handles = new SafeFileHandle[count];
        for (int i = 0; i < count; i++)
        {
            if (!IsInherited(First + i))
            {
                throw new CommandException($"please check that preserved-fd {i} (of {count}) is present: descriptor {First + i} is not open");
            }
            handles[i] = new SafeFileHandle(First + i, ownsHandle: false);
        }
        return new InheritedDescriptors(handles, listening > 0 ? [$"LISTEN_FDS={listening}", "LISTEN_PID=1"] : []);
    }

    /// <summary>Whether it was open when this program began: what is closed by exec, as all that .NET opens, was not.</summary>
    private static bool IsInherited(int descriptor)
    {
        const int O_CLOEXEC = 0x80000; // 02000000 (proc(5), fdinfo)
        string info = $"/proc/self/fdinfo/{descriptor}";
        if (!File.Exists(info))
        {
            return false;
        }
        string flags = File.ReadLines(info).First(l => l.StartsWith("flags:", StringComparison.Ordinal));
        return (Convert.ToInt32(flags[6..].Trim(), 8) & O_CLOEXEC) == 0;
    }

    private static int ReadListenFds() =>
        int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;
}
