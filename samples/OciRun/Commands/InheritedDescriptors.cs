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
            if (new FileInfo($"/proc/self/fd/{First + i}").LinkTarget is null)
            {
                throw new CommandException($"please check that preserved-fd {i} (of {count}) is present: descriptor {First + i} is not open");
            }
            handles[i] = new SafeFileHandle(First + i, ownsHandle: false);
        }
        return new InheritedDescriptors(handles, listening > 0 ? [$"LISTEN_FDS={listening}", "LISTEN_PID=1"] : []);
    }

    private static int ReadListenFds() =>
        int.TryParse(Environment.GetEnvironmentVariable("LISTEN_FDS"), NumberStyles.None, CultureInfo.InvariantCulture, out int count) ? count : 0;
}
