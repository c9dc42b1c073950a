using System.Text;
using Oci.Common.Linux;
using Oci.Runtime.Linux.Mounts;

namespace Oci.Runtime.Linux.Planning;

/// <summary>
/// The steps that mount a filesystem with an option that fsconfig(2) does not take, for it is longer than 255 bytes:
/// mount(2) takes a page of them. It mounts at the working directory, which the place in the root is made by its descriptor.
/// </summary>
internal static class LongMountPlanner
{
    /// <summary>The most that fsconfig(2) takes for a value.</summary>
    public const int MaxValue = 255;

    /// <summary>The most that mount(2) takes for all options: a page with its NUL.</summary>
    public const int MaxData = 4095;

    // MOUNT_ATTR_* and MS_*, where they differ.
    private static readonly (long Attribute, long Flag)[] Flags =
        [(0x1, 0x1), (0x2, 0x2), (0x4, 0x4), (0x8, 0x8), (0x10, 0x400), (0x20, 0x1000000), (0x80, 0x800), (0x200000, 0x100)];

    public static bool IsNeeded(MountOptions options) => options.Data.Any(d => Encoding.UTF8.GetByteCount(d.AsSpan(d.IndexOf('=', StringComparison.Ordinal) + 1)) > MaxValue);

    /// <summary>What cannot be done with such options; null where nothing.</summary>
    public static (string Feature, string Hint)? FindUnsupported(MountOptions options)
    {
        if (options.IsBind || !IsNeeded(options))
        {
            return null;
        }
        int length = Encoding.UTF8.GetByteCount(string.Join(',', options.Data));
        return length > MaxData ? ($"{length} bytes of mount options", $"The kernel takes {MaxData}: use shorter paths, or fewer layers.")
            : options.Propagation.Count > 0 || options.CopiesUp || options.IsRemount ? ($"propagation, tmpcopyup or remount with an option of more than {MaxValue} bytes", "Remove the one or shorten the other.")
            : null;
    }

    public static void Add(PlanContext context, string type, string? source, MountOptions options, PlanCell place)
    {
        PlanBuilder builder = context.Builder;
        // What the filesystem is told by a flag of mount(2), not by a word.
        long flags = options.Data.Aggregate(0L, (bits, word) => bits | FlagOf(word));
        foreach ((long attribute, long flag) in Flags)
        {
            flags |= ((options.Set | options.RecursiveSet) & attribute) != 0 ? flag : 0;
        }
        string data = string.Join(',', options.Data.Where(word => FlagOf(word) == 0).Select(Quote));
        builder.Add(SystemCall.fchdir, [place]);
        builder.Add(SystemCall.mount, [builder.Text(source ?? type), builder.Text("."), builder.Text(type), PlanFlags.Hex(flags), builder.Text(data)]);
        builder.Add(SystemCall.chdir, [builder.Text("/")]);
        builder.Add(SystemCall.close, [place]);
    }

    /// <summary>The commas of an SELinux context are its own (mount(8), "context").</summary>
    private static string Quote(string word) =>
        word.StartsWith("context=", StringComparison.Ordinal) && word.Contains(',', StringComparison.Ordinal) ? $"context=\"{word[8..]}\"" : word;

    private static long FlagOf(string word) => word switch { "sync" => 0x10, "dirsync" => 0x80, "lazytime" => 0x2000000, _ => 0 };
}
