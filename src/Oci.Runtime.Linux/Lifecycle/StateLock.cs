using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Lifecycle;

/// <summary>The lock of one container's state directory, held until it is disposed.</summary>
internal sealed class StateLock(SafeFileHandle file) : IDisposable
{
    public void Dispose()
    {
        if (!file.IsClosed)
        {
            Libc.Unlock(file);
            file.Dispose();
        }
    }
}
