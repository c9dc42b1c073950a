namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>A call that waits for an answer.</summary>
internal readonly record struct NotifyCall(int Pid, int Number);
