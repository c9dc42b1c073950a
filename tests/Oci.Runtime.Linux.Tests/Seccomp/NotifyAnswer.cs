using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Tests.Seccomp;

/// <summary>The answer: the call's result, its error, or that the kernel is to make it.</summary>
internal readonly record struct NotifyAnswer(long Value = 0, Errno Error = Errno.None, bool LetsThrough = false);
