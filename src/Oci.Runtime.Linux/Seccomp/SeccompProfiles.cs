using Oci.Common.Linux;
using Oci.Runtime.Linux.Planning;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Seccomp;

/// <summary>System call filters to start from.</summary>
public static partial class SeccompProfiles
{
    /// <summary>The default profile of container engines, equal in effect to the one that Docker ships.</summary>
    /// <param name="capabilities">
    /// The container's capabilities: calls that need one are allowed to those whose bounding set has it. Null: none.
    /// </param>
    /// <returns>
    /// A filter for this process's processor and its 32-bit ABIs, for <see cref="LinuxSpec.Seccomp"/>. What it does not name
    /// gives EPERM; a new user or other namespace by clone(2) too, and clone3(2), whose flags a filter cannot see, ENOSYS, so
    /// that C libraries use clone(2).
    /// </returns>
    /// <exception cref="PlatformNotSupportedException">The processor is neither x64 nor arm64.</exception>
    public static LinuxSeccomp CreateDefault(LinuxCapabilities? capabilities = null) =>
        CreateDefault(capabilities, ProgramArchitectures.Current);

    internal static LinuxSeccomp CreateDefault(LinuxCapabilities? capabilities, ProgramArchitecture architecture)
    {
        bool isX64 = architecture == ProgramArchitecture.X64;
        var has = new HashSet<string>(capabilities?.Bounding ?? [], StringComparer.Ordinal);
        List<LinuxSyscall> rules = [Allow(Always), Allow(isX64 ? AlwaysOnX64 : AlwaysOnArm64), Allow("socket", Arg(0, "SCMP_CMP_LT", 12))];
        rules.AddRange(SocketFamilies.Select(family => Allow("socket", Arg(0, "SCMP_CMP_EQ", family))));
        rules.AddRange(Personalities.Select(personality => Allow("personality", Arg(0, "SCMP_CMP_EQ", personality))));
        rules.AddRange(WithCapability.Where(pair => has.Contains(pair.Capability)).Select(pair => Allow(pair.Calls)));
        if (!has.Contains("CAP_SYS_ADMIN"))
        {
            rules.Add(Allow("clone", Arg(0, "SCMP_CMP_MASKED_EQ", NamespaceFlags, 0)));
            rules.Add(new LinuxSyscall { Names = ["clone3"], Action = "SCMP_ACT_ERRNO", ErrnoRet = (uint)Errno.ENOSYS });
        }
        return new LinuxSeccomp
        {
            DefaultAction = "SCMP_ACT_ERRNO",
            DefaultErrnoRet = (uint)Errno.EPERM,
            Architectures = isX64 ? ["SCMP_ARCH_X86_64", "SCMP_ARCH_X86", "SCMP_ARCH_X32"] : ["SCMP_ARCH_AARCH64", "SCMP_ARCH_ARM"],
            Syscalls = rules,
        };
    }

    private static LinuxSyscall Allow(string names, LinuxSeccompArg? arg = null) => new()
    {
        Names = names.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        Action = "SCMP_ACT_ALLOW",
        Args = arg is null ? null : [arg],
    };

    private static LinuxSeccompArg Arg(uint index, string op, ulong value, ulong? valueTwo = null) =>
        new() { Index = index, Op = op, Value = value, ValueTwo = valueTwo };
}
