namespace Oci.Runtime.Linux.Planning;

/// <summary>The processor that a program is laid out for: system call numbers and some flags differ.</summary>
internal enum ProgramArchitecture
{
    X64,
    Arm64,
}

