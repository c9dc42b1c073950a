using Oci.Distribution.AspNetCore.Authentication;

namespace Oci.Distribution.AspNetCore.Tests.Authentication;

public sealed class HtpasswdFileTests
{
    private const string Hash = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW";

    [Fact]
    public void Parse_UsersAndComments_AreRead()
    {
        HtpasswdFile file = HtpasswdFile.Parse("f", new StringReader($"# users\n\nalice:{Hash}\r\n bob:{Hash} \n"));

        Assert.Equal(Hash, file.Find("alice")!.Text);
        Assert.NotNull(file.Find("bob"));
        Assert.Null(file.Find("Alice"));
        // Nobody's costs what a user's costs.
        Assert.Equal(5, file.Nobody.Cost);
    }

    [Theory]
    [InlineData("alice:s3cret", "not one of bcrypt")]
    [InlineData("alice:$apr1$8uRhV5Rs$9b6wn3YzNWtAKbqs2g0Wo0", "not one of bcrypt")]
    [InlineData("alice:rqXexS6ZhobKA", "not one of bcrypt")]
    [InlineData("alice", "USER:HASH")]
    [InlineData(":hash", "USER:HASH")]
    [InlineData("alice:$2a$17$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", "cost 17")]
    [InlineData($"alice:{Hash}\nalice:{Hash}", "twice")]
    public void Parse_WhatIsNotTaken_SaysWhereAndWhyAndNoSecret(string text, string problem)
    {
        var e = Assert.Throws<InvalidDataException>(() => HtpasswdFile.Parse("/etc/users", new StringReader($"bob:{Hash}\n{text}\n")));

        Assert.Contains("/etc/users", e.Message);
        Assert.Contains(problem, e.Message);
        Assert.Matches("line [23]", e.Message);
        Assert.DoesNotContain("s3cret", e.Message);
        Assert.DoesNotContain("rqXexS6ZhobKA", e.Message);
    }
}
