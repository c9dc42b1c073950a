using Microsoft.Win32.SafeHandles;
using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Processes;

/// <summary>One thread that waits by epoll(7) for all descriptors of this process's containers.</summary>
/// <remarks>It is started by the first wait and never ends. Nothing here touches SIGCHLD.</remarks>
internal sealed class EventLoop
{
    private static readonly Lazy<EventLoop> s_shared = new(() => new EventLoop());

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Registration> _registrations = [];
    private readonly SafeFileHandle _epoll;
    private long _lastId;

    private EventLoop()
    {
        Libc.EpollCreate(out SafeFileHandle? epoll).ThrowIfFailed("epoll_create1");
        _epoll = epoll!;
        new Thread(Run) { IsBackground = true, Name = "OCI container events" }.Start();
    }

    public static EventLoop Shared => s_shared.Value;

    /// <summary>Waits until the file is ready for one of the events, has failed, or its other end is closed.</summary>
    /// <param name="file">Kept open meanwhile; one wait at a time for each file.</param>
    /// <param name="events">EPOLLIN and so on.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public Task WaitAsync(SafeFileHandle file, uint events, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        bool added = false;
        file.DangerousAddRef(ref added);
        var registration = new Registration(file);
        long id;
        lock (_lock)
        {
            id = ++_lastId;
            Errno errno = Libc.EpollAdd(_epoll, file, events | Libc.EPOLLONESHOT, id);
            if (errno != Errno.None)
            {
                file.DangerousRelease();
                throw LinuxError.ToException(errno, "epoll_ctl");
            }
            _registrations.Add(id, registration);
            if (cancellationToken.CanBeCanceled)
            {
                // Under the lock, so that the thread that ends the wait finds what to unregister.
                registration.Cancellation = cancellationToken.UnsafeRegister(
                    static (state, token) =>
                    {
                        (EventLoop loop, long id) = ((EventLoop, long))state!;
                        loop.Take(id)?.TrySetCanceled(token);
                    },
                    (this, id));
            }
        }
        return registration.Task;
    }

    /// <summary>
    /// <see cref="WaitAsync"/> for what comes at once: first a short wait on this thread, since two switches of threads
    /// take as long as the whole of what is waited for (measured: a third of a container's start on a busy machine).
    /// </summary>
    public Task WaitSoonAsync(SafeFileHandle file, uint events, CancellationToken cancellationToken)
    {
        const int milliseconds = 2;
        cancellationToken.ThrowIfCancellationRequested();
        // The bits of poll(2) and epoll(7) are the same.
        return Libc.IsReady(file, (short)events, milliseconds) ? Task.CompletedTask : WaitAsync(file, events, cancellationToken);
    }

    private void Run()
    {
        Span<long> ready = stackalloc long[32];
        while (true)
        {
            Libc.EpollWait(_epoll, ready, out int count).ThrowIfFailed("epoll_wait");
            foreach (long id in ready[..count])
            {
                Registration? registration = Take(id);
                registration?.Cancellation.Unregister();
                registration?.TrySetResult();
            }
        }
    }

    /// <summary>Ends a registration; null where its wait has ended already.</summary>
    private Registration? Take(long id)
    {
        lock (_lock)
        {
            if (!_registrations.Remove(id, out Registration? registration))
            {
                return null;
            }
            // It fails only for a file that is not registered; this one is, and open.
            _ = Libc.EpollDelete(_epoll, registration.File);
            registration.File.DangerousRelease();
            return registration;
        }
    }

    private sealed class Registration(SafeFileHandle file) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public SafeFileHandle File { get; } = file;

        public CancellationTokenRegistration Cancellation { get; set; }
    }
}
