namespace Oci.Runtime.Linux.Planning;

/// <summary>The words for mount propagation (mount_namespaces(7)) and their flags.</summary>
internal static class MountPropagation
{
    public const long Unbindable = 1 << 17;
    public const long Private = 1 << 18;
    public const long Slave = 1 << 19;
    public const long Shared = 1 << 20;

    private const long MS_REC = 0x4000;

    /// <summary>The flags of mount(2) for a word, such as <c>rslave</c>; null where it is not one of them.</summary>
    public static (long Flags, string Name)? Parse(string? word) => word switch
    {
        "private" => (Private, "MS_PRIVATE"),
        "rprivate" => (Private | MS_REC, "MS_PRIVATE|MS_REC"),
        "slave" => (Slave, "MS_SLAVE"),
        "rslave" => (Slave | MS_REC, "MS_SLAVE|MS_REC"),
        "shared" => (Shared, "MS_SHARED"),
        "rshared" => (Shared | MS_REC, "MS_SHARED|MS_REC"),
        "unbindable" => (Unbindable, "MS_UNBINDABLE"),
        "runbindable" => (Unbindable | MS_REC, "MS_UNBINDABLE|MS_REC"),
        _ => null,
    };

    /// <summary>One of the four flags in kernel spelling.</summary>
    public static string Name(long propagation) => propagation switch
    {
        Private => "MS_PRIVATE",
        Slave => "MS_SLAVE",
        Shared => "MS_SHARED",
        _ => "MS_UNBINDABLE",
    };

    public static bool IsRecursive(long flags) => (flags & MS_REC) != 0;
}
