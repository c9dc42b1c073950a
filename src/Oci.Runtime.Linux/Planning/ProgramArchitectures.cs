using System.Runtime.InteropServices;

namespace Oci.Runtime.Linux.Planning;

internal static class ProgramArchitectures
{
    /// <summary>The architecture of this process.</summary>
    /// <exception cref="PlatformNotSupportedException">There is no init for this processor.</exception>
    public static ProgramArchitecture Current => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => ProgramArchitecture.X64,
        Architecture.Arm64 => ProgramArchitecture.Arm64,
        var other => throw new PlatformNotSupportedException($"Containers run on x64 and arm64; this process is {other}."),
    };
}
