using System.Diagnostics;
using Oci.Runtime.Linux.Systemd;

namespace Oci.Runtime.Linux.Tests.Systemd;

/// <summary>Against dbus-daemon, which takes no message that is not marshalled right.</summary>
public class DBusConnectionTests
{
    [Fact]
    public async Task CallAsync_AllTypesOfProperties_PassTheBus()
    {
        Requires.Linux();
        Assert.SkipUnless(File.Exists("/usr/bin/dbus-daemon"), "Needs dbus-daemon.");
        using var folder = new TempDirectory();
        await File.WriteAllTextAsync(folder.Combine("bus.conf"), $"""
            <!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
            <busconfig><listen>unix:path={folder.Combine("bus")}</listen><auth>EXTERNAL</auth>
            <policy context="default"><allow send_destination="*"/><allow eavesdrop="false"/><allow own="*"/></policy></busconfig>
            """);
        using Process daemon = Process.Start(new ProcessStartInfo("/usr/bin/dbus-daemon", [$"--config-file={folder.Combine("bus.conf")}", "--nofork", "--print-address"]) { RedirectStandardOutput = true })!;
        try
        {
            Assert.NotNull(await daemon.StandardOutput.ReadLineAsync());
            using DBusConnection connection = await DBusConnection.OpenAsync(folder.Combine("bus"), isBus: true, CancellationToken.None);
            var body = new DBusWriter();
            body.String("x.scope");
            body.String("replace");
            body.Properties(
            [
                .. SystemdProperties.ForScope("id", new SystemdUnit("x.scope", "system.slice"), 5),
                new("TasksMax", 7UL),
                new("AllowedCPUs", new byte[] { 3 }),
                new("DeviceAllow", Array.Empty<(string, string)>()),
                new("DeviceAllow", new[] { ("/dev/char/1:3", "rwm"), ("char-*", "m") }),
                new("Last", 8u),
            ]);
            body.Array(Array.Empty<string>(), 8, body.String);

            // The bus looks at the body before it finds that nobody has the name; what is wrong would end the connection.
            DBusException e = await Assert.ThrowsAsync<DBusException>(() => connection.CallAsync(
                "no.such.name", "/x", "no.such.Interface", "StartTransientUnit", "ssa(sv)a(sa(sv))", body.ToArray(), CancellationToken.None));

            Assert.Equal("org.freedesktop.DBus.Error.ServiceUnknown", e.Name);
            DBusMessage again = await connection.CallAsync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "GetId", null, null, CancellationToken.None);
            Assert.Equal(32, new DBusReader(again.Body).String().Length);
            // A body that is cut is what the bus does not take.
            await Assert.ThrowsAnyAsync<IOException>(() => connection.CallAsync(
                "no.such.name", "/x", "no.such.Interface", "StartTransientUnit", "ssa(sv)a(sa(sv))", body.ToArray()[..^5], CancellationToken.None));
        }
        finally
        {
            daemon.Kill();
            await daemon.WaitForExitAsync();
        }
    }

    [Fact]
    public void Parse_CutAnywhere_IsInvalidData()
    {
        byte[] whole = new DBusMessage { Type = DBusMessage.Error, ErrorName = "a.b", ReplySerial = 5, Destination = "c.d", Signature = "s", Body = [1, 0, 0, 0, 65, 0] }.ToBytes(1);

        Assert.Equal(whole.Length, DBusMessage.ReadLength(whole));
        Assert.Equal(("a.b", 5u, "c.d"), (DBusMessage.Parse(whole).ErrorName, DBusMessage.Parse(whole).ReplySerial!.Value, DBusMessage.Parse(whole).Destination));
        for (int i = DBusMessage.FixedSize; i < whole.Length; i++)
        {
            byte[] damaged = [.. whole];
            damaged[i] ^= 0xFF;
            try
            {
                _ = DBusMessage.Parse(damaged);
            }
            catch (InvalidDataException)
            {
                // The one thing that it may throw.
            }
        }
        Assert.Throws<InvalidDataException>(() => DBusMessage.ReadLength([(byte)'B', 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        Assert.Throws<InvalidDataException>(() => DBusMessage.ReadLength([(byte)'l', 1, 0, 1, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0]));
    }
}
