using Oci.Runtime.Linux.Bundles;
using Oci.Runtime.Linux.Spec;

namespace Oci.Runtime.Linux.Tests.Bundles;

public class UserDatabaseTests
{
    private const string Passwd = "root:x:0:0:root:/root:/bin/sh\nbad line\nweb:x:1000:100:Web:/home/web:/bin/sh\n7:x:70:71::/seven:\n";
    private const string Group = "root:x:0:\nusers:x:100:web\naudio:x:29:nobody,web\nvideo:x:44: web , root\naudio2:x:29:web\n";

    private static readonly UserDatabase Users = UserDatabase.Parse(Passwd, Group);

    // conversion.md, "Config.User": numeric values MUST be copied verbatim.
    [Theory]
    [InlineData("1234:4321", 1234u, 4321u)]
    [InlineData("0:0", 0u, 0u)]
    [InlineData("7", 7u, 0u)]
    [InlineData("1000", 1000u, 100u)]
    [InlineData("1000:5", 1000u, 5u)]
    [InlineData("web", 1000u, 100u)]
    [InlineData("web:audio", 1000u, 29u)]
    [InlineData("web:5", 1000u, 5u)]
    [InlineData("web:", 1000u, 100u)]
    [InlineData("12:users", 12u, 100u)]
    [InlineData("", 0u, 0u)]
    [InlineData(null, 0u, 0u)]
    public void Resolve_User_GivesNumbers(string? text, uint uid, uint gid)
    {
        ImageUser user = Users.Resolve(text);
        Assert.Equal((uid, gid), (user.Uid, user.Gid));
    }

    // conversion.md: additionalGids SHOULD be set for a name, and SHOULD NOT for a number or where a group is named.
    [Theory]
    [InlineData("web", new uint[] { 29, 44 })]
    [InlineData("root", new uint[] { 44 })]
    [InlineData("1000", new uint[0])]
    [InlineData("web:users", new uint[0])]
    public void Resolve_User_GivesAdditionalGroups(string text, uint[] gids) => Assert.Equal(gids, Users.Resolve(text).AdditionalGids);

    // conversion.md: a user that the container does not know MUST be an error.
    [Theory]
    [InlineData("nobody")]
    [InlineData("web:nogroup")]
    [InlineData(":users")]
    [InlineData("4294967295")]
    [InlineData("99999999999")]
    [InlineData("web:4294967295")]
    [InlineData("-1")]
    public void Resolve_UnknownUser_ThrowsWithPointer(string text)
    {
        InvalidSpecException e = Assert.Throws<InvalidSpecException>(() => Users.Resolve(text));
        Assert.Equal("/config/User", Assert.Single(e.Findings).Pointer);
    }

    [Fact]
    public void FindHome_KnownAndUnknown_GivesHomeOrNull()
    {
        Assert.Equal("/home/web", Users.FindHome(1000));
        Assert.Null(Users.FindHome(1001));
    }

    [Fact]
    public void Read_NoFiles_IsEmpty()
    {
        Requires.Linux();
        using var temp = new TempDirectory();
        Assert.Equal(0u, UserDatabase.Read(temp.Path).Resolve(null).Uid);
        Assert.Throws<InvalidSpecException>(() => UserDatabase.Read(temp.Path).Resolve("root"));
    }

    [Fact]
    public void Read_NoRoot_Throws()
    {
        Requires.Linux();
        Assert.Throws<FileNotFoundException>(() => UserDatabase.Read("/no/such/root"));
    }
}
