using Oci.Common.Linux;

namespace Oci.Runtime.Linux.Systemd;

/// <summary>The systemd that has the containers of this user: the system's for root, else the user's own (org.freedesktop.systemd1(5)).</summary>
/// <remarks>Each call has a connection of its own, since calls are few and far between.</remarks>
/// <param name="containerId">The container, for messages.</param>
/// <param name="endpoint">Where it listens.</param>
internal sealed class SystemdManager(string containerId, SystemdEndpoint endpoint)
{
    private const string Name = "org.freedesktop.systemd1";
    private const string Path = "/org/freedesktop/systemd1";
    private const string Interface = "org.freedesktop.systemd1.Manager";

    /// <summary>How long systemd is given for one job, as long as it gives a unit itself by default.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(90);

    /// <summary>Makes a scope with a process in it, and returns when it is there.</summary>
    /// <exception cref="ContainerException">systemd cannot be reached or refuses.</exception>
    public Task StartScopeAsync(string unit, IReadOnlyList<SystemdProperty> properties, CancellationToken cancellationToken) => RunAsync($"starting the systemd unit {unit}", async (connection, token) =>
    {
        var body = new DBusWriter();
        body.String(unit);
        body.String("replace");
        body.Properties(properties);
        body.Array(Array.Empty<string>(), 8, body.String);
        await RunJobAsync(connection, "StartTransientUnit", "ssa(sv)a(sa(sv))", body.ToArray(), token).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Changes properties of a unit until the next boot.</summary>
    /// <exception cref="ContainerException">systemd cannot be reached or refuses.</exception>
    public Task SetPropertiesAsync(string unit, IReadOnlyList<SystemdProperty> properties, CancellationToken cancellationToken) => RunAsync($"changing the systemd unit {unit}", async (connection, token) =>
    {
        var body = new DBusWriter();
        body.String(unit);
        body.UInt32(1);
        body.Properties(properties);
        await CallAsync(connection, "SetUnitProperties", "sba(sv)", body.ToArray(), token).ConfigureAwait(false);
    }, cancellationToken);

    /// <summary>Stops a unit and forgets its failure; nothing where there is none.</summary>
    /// <exception cref="ContainerException">systemd cannot be reached or refuses.</exception>
    public Task StopAsync(string unit, CancellationToken cancellationToken) => RunAsync($"stopping the systemd unit {unit}", async (connection, token) =>
    {
        try
        {
            var body = new DBusWriter();
            body.String(unit);
            body.String("replace");
            await RunJobAsync(connection, "StopUnit", "ss", body.ToArray(), token).ConfigureAwait(false);
            body = new DBusWriter();
            body.String(unit);
            await CallAsync(connection, "ResetFailedUnit", "s", body.ToArray(), token).ConfigureAwait(false);
        }
        catch (DBusException e) when (e.Name.EndsWith(".NoSuchUnit", StringComparison.Ordinal))
        {
            // A scope goes by itself when its last process has.
        }
    }, cancellationToken);

    private static async Task RunJobAsync(DBusConnection connection, string member, string signature, byte[] body, CancellationToken cancellationToken)
    {
        DBusMessage answer = await CallAsync(connection, member, signature, body, cancellationToken).ConfigureAwait(false);
        string job = new DBusReader(answer.Body).String();
        while (true)
        {
            DBusMessage message = connection.Signals.Count > 0 ? connection.Signals.Dequeue() : await connection.ReceiveAsync(cancellationToken).ConfigureAwait(false);
            // JobRemoved(u id, o job, s unit, s result)
            if (message is not { Type: DBusMessage.Signal, Member: "JobRemoved", Signature: "uoss" })
            {
                continue;
            }
            var reader = new DBusReader(message.Body);
            _ = reader.UInt32();
            if (reader.String() != job)
            {
                continue;
            }
            _ = reader.String();
            string result = reader.String();
            if (result is not ("done" or "skipped"))
            {
                throw new IOException($"The job of {member} ended as '{result}'.");
            }
            return;
        }
    }

    private static Task<DBusMessage> CallAsync(DBusConnection connection, string member, string? signature, byte[]? body, CancellationToken cancellationToken) =>
        connection.CallAsync(Name, Path, Interface, member, signature, body, cancellationToken);

    private async Task RunAsync(string step, Func<DBusConnection, CancellationToken, Task> run, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(s_patience);
        try
        {
            using DBusConnection connection = await DBusConnection.OpenAsync(endpoint.Path, endpoint.IsBus, patience.Token).ConfigureAwait(false);
            if (endpoint.IsBus)
            {
                // On a bus, systemd sends signals only if someone asked it to, and the bus only to who asked for them.
                var match = new DBusWriter();
                match.String($"type='signal',sender='{Name}',interface='{Interface}',member='JobRemoved',path='{Path}'");
                await connection.CallAsync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "AddMatch", "s", match.ToArray(), patience.Token).ConfigureAwait(false);
                await CallAsync(connection, "Subscribe", null, null, patience.Token).ConfigureAwait(false);
            }
            await run(connection, patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failure(step, $"systemd has not answered in {s_patience.TotalSeconds} s", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.Net.Sockets.SocketException or InvalidDataException)
        {
            throw Failure(step, e.Message.TrimEnd('.'), e);
        }
    }

    private ContainerException Failure(string step, string detail, Exception cause) => ContainerException.From(
        new ContainerFailure
        {
            ContainerId = containerId,
            Step = step,
            Errno = cause is System.Net.Sockets.SocketException { NativeErrorCode: > 0 and var code } ? (Errno)code : Errno.None,
            Path = endpoint.Path,
            Hint = cause is DBusException ? "See the journal: journalctl -b." : $"systemd was looked for at {endpoint.Path}. Use the driver cgroupfs where no systemd runs.",
        },
        detail,
        cause);
}
